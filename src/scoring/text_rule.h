// must_say and must_not_say: a phrase, or a /regular expression/.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace sosia::scoring {

class TextRule {
  public:
    // Phrases ignore case, kinds of apostrophes and of spaces. An expression between slashes ignores case; a broken one
    // (the loader refuses them) never matches.
    explicit TextRule(std::string written);
    TextRule(TextRule&&) noexcept;
    TextRule& operator=(TextRule&&) noexcept;
    ~TextRule();

    const std::string& written() const { return written_; }
    bool holds(std::string_view text) const;

  private:
    std::string written_;
    std::string phrase_;
    std::unique_ptr<re2::RE2> pattern_;
};

}  // namespace sosia::scoring
