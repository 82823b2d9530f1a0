#include "user/language.h"

#include <algorithm>
#include <array>
#include <cstdio>  // cld2 needs FILE
#include <utility>

#include <cld2/public/compact_lang_det.h>

#include "base/text.h"

namespace sosia::user {

std::string language_of(std::string_view text) {
    bool reliable = false;
    const CLD2::Language language = CLD2::DetectLanguage(text.data(), static_cast<int>(text.size()), true, &reliable);
    return reliable ? CLD2::LanguageCode(language) : "";
}

std::string language_code(std::string_view written) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> names{{{"english", "en"},
                                                                                   {"spanish", "es"},
                                                                                   {"español", "es"},
                                                                                   {"german", "de"},
                                                                                   {"deutsch", "de"},
                                                                                   {"french", "fr"},
                                                                                   {"français", "fr"},
                                                                                   {"italian", "it"},
                                                                                   {"portuguese", "pt"},
                                                                                   {"dutch", "nl"},
                                                                                   {"polish", "pl"},
                                                                                   {"turkish", "tr"},
                                                                                   {"japanese", "ja"},
                                                                                   {"chinese", "zh"}}};
    const std::string lowered = lower(trim(written));
    const auto named = std::ranges::find_if(names, [&](const auto& entry) { return lowered == entry.first; });
    return named != names.end() ? std::string(named->second) : lowered.substr(0, 2);
}

}  // namespace sosia::user
