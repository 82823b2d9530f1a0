// Tables as text with commas (RFC 4180): fields in double quotes may hold commas, line ends and doubled quotes.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace sosia {

std::vector<std::vector<std::string>> csv_rows(std::string_view text);

}  // namespace sosia
