// Small files that are what they say they are: any program can open them.
#pragma once

#include <cstdint>
#include <string>

namespace weir::mock {

// A PNG image (RFC 2083) of 8 by 8 pixels of one colour, which the digest chooses.
std::string png_image(std::uint64_t digest);

// Sound in a WAV file (8-bit PCM, 8 kHz, one channel): a tone of a twentieth of a second for each word, at
// most a minute.
std::string wav_sound(std::uint64_t digest, std::uint64_t words);

}  // namespace weir::mock
