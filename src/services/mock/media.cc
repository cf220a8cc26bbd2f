#include "mock/media.h"

#include "mock/digest.h"

namespace weir::mock {
namespace {

void append_big_endian(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

void append_little_endian(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

// RFC 2083 section 15.
std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ (0xEDB88320 & (0 - (crc & 1)));
  }
  return ~crc;
}

// RFC 1950 section 9.
std::uint32_t adler32(std::string_view bytes) {
  constexpr std::uint32_t kBase = 65'521;
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (char c : bytes) {
    a = (a + static_cast<unsigned char>(c)) % kBase;
    b = (b + a) % kBase;
  }
  return b << 16 | a;
}

void append_png_chunk(std::string& out, std::string_view type, std::string_view data) {
  append_big_endian(out, static_cast<std::uint32_t>(data.size()));
  std::string checked(type);
  checked += data;
  out += checked;
  append_big_endian(out, crc32(checked));
}

// One stored block (RFC 1951 section 3.2.4) in a zlib stream.
std::string stored(std::string_view bytes) {
  std::string out("\x78\x01\x01", 3);
  append_little_endian(out, static_cast<std::uint32_t>(bytes.size()), 2);
  append_little_endian(out, ~static_cast<std::uint32_t>(bytes.size()), 2);
  out += bytes;
  append_big_endian(out, adler32(bytes));
  return out;
}

}  // namespace

std::string png_image(std::uint64_t digest) {
  constexpr std::uint32_t kSide = 8;
  std::string header;
  append_big_endian(header, kSide);
  append_big_endian(header, kSide);
  header += std::string_view("\x08\x02\x00\x00\x00", 5);  // 8 bits a sample, RGB
  std::string pixels;
  for (std::uint32_t row = 0; row < kSide; ++row) {
    pixels += '\0';  // no filter
    for (std::uint32_t column = 0; column < kSide; ++column)
      append_little_endian(pixels, static_cast<std::uint32_t>(digest), 3);
  }
  std::string out("\x89PNG\r\n\x1A\n");
  append_png_chunk(out, "IHDR", header);
  append_png_chunk(out, "IDAT", stored(pixels));
  append_png_chunk(out, "IEND", "");
  return out;
}

std::string wav_sound(std::uint64_t digest, std::uint64_t words) {
  constexpr std::uint32_t kRate = 8000;
  constexpr std::uint64_t kWord = kRate / 20;
  constexpr std::uint64_t kMostWords = 60 * 20;
  auto samples = static_cast<std::uint32_t>(kWord * std::clamp<std::uint64_t>(words, 1, kMostWords));
  std::string out = "RIFF";
  append_little_endian(out, 36 + samples, 4);
  out += "WAVEfmt ";
  append_little_endian(out, 16, 4);     // the size of what describes the format
  append_little_endian(out, 1, 2);      // PCM
  append_little_endian(out, 1, 2);      // channels
  append_little_endian(out, kRate, 4);  // samples a second
  append_little_endian(out, kRate, 4);  // bytes a second
  append_little_endian(out, 1, 2);      // bytes a sample
  append_little_endian(out, 8, 2);      // bits a sample
  out += "data";
  append_little_endian(out, samples, 4);
  std::uint64_t half_wave = 8 + digest % 16;
  for (std::uint32_t i = 0; i < samples; ++i) out += static_cast<char>(i / half_wave % 2 == 0 ? 0x70 : 0x90);
  return out;
}

}  // namespace weir::mock
