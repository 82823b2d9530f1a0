# Run by sosia_embed: writes each file as raw string literals (split: a literal may hold at most 65,535 bytes portably).
string(REPLACE "|" ";" files "${FILES}")
file(WRITE ${OUT_H} "#pragma once
#include <span>
#include <string_view>
namespace ${NAMESPACE} {
struct EmbeddedFile {
    std::string_view name;  // path relative to the room's folder
    std::string_view text;
};
std::span<const EmbeddedFile> embedded_files();
}  // namespace ${NAMESPACE}
")
set(body "#include \"${NAMESPACE}_data.h\"\nnamespace ${NAMESPACE} {\nnamespace {\n")
set(table "")
set(i 0)
foreach(f ${files})
  file(READ ${f} text)
  file(RELATIVE_PATH name ${ROOT} ${f})
  string(LENGTH "${text}" length)
  set(literal "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 12000 piece)
    # Cut at a line's end: within a character the compiler would refuse the halves.
    string(FIND "${piece}" "\n" last REVERSE)
    if(last GREATER 0)
      math(EXPR last "${last} + 1")
      string(SUBSTRING "${piece}" 0 ${last} piece)
    endif()
    string(APPEND literal "R\"__sosia__(${piece})__sosia__\"\n")
    string(LENGTH "${piece}" taken)
    math(EXPR at "${at} + ${taken}")
  endwhile()
  if(literal STREQUAL "")
    set(literal "\"\"")
  endif()
  string(APPEND body "constexpr char file_${i}[] = ${literal};\n")
  string(APPEND table "    {\"${name}\", {file_${i}, sizeof(file_${i}) - 1}},\n")
  math(EXPR i "${i} + 1")
endforeach()
string(APPEND body "constexpr EmbeddedFile files[] = {\n${table}};\n}  // namespace\n"
  "std::span<const EmbeddedFile> embedded_files() { return files; }\n}  // namespace ${NAMESPACE}\n")
file(WRITE ${OUT_CPP} "${body}")
