// Text by the columns that it takes on a screen, not by its bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::terminal {

// How many columns `utf8` takes: one for each character, none for combining marks, two for the wide ones of
// East Asia and for emoji (Unicode Standard Annex 11; whole blocks, not each character). A byte that is no
// UTF-8 counts for one.
std::size_t columns_of(std::string_view utf8);

// `utf8` if it fits into `columns`, else its beginning and an ellipsis.
std::string cut_to(std::size_t columns, std::string_view utf8);

// Safe to show: control characters, with which a text could move the cursor or hide others, become `?`.
std::string printable(std::string_view utf8);

// `text` in lines of at most `columns`, broken at spaces; a word that is longer stays whole. Ends without a
// line end.
std::string wrapped(std::string_view text, std::size_t columns);

// The same, to stand right of `indent` columns: each line but the first begins with as many spaces.
std::string beside(std::string_view text, std::size_t columns, std::size_t indent);

}  // namespace weir::terminal
