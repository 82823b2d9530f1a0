// Which language a text is written in.
#pragma once
#include <string>
#include <string_view>

namespace sosia::user {

inline constexpr std::size_t enough_to_tell = 40;  // bytes: shorter texts are not detected reliably

// ISO 639-1, "" when unsure.
std::string language_of(std::string_view text);

// "German", "de-AT" and "DE" all mean "de".
std::string language_code(std::string_view written);

}  // namespace sosia::user
