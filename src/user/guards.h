// May this line be sent as the user's? Watches over a model that words the user: it knows nothing of models, only
// texts.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "user/reader.h"

namespace sosia::user {

// Why a line may not be sent.
enum class Blunder : std::uint8_t {
    empty,
    too_long,
    refused,       // the model will not play
    role_flipped,  // speaks as the one who serves
    fourth_wall,   // knows that none of this is real
    scratchpad,    // thoughts, labels, markup, holes to fill
    leaked,        // a fact that the user keeps back
    invented,      // a figure or identifier from nowhere
    omitted,       // a value that the line was to tell is not in it
    repeated,      // the user has said this before
    wrong_language,
};
std::string_view to_string(Blunder blunder);  // "role-flipped", ...

// The kind of simulator fault in the words of docs/judge.md ("revealed-info-early", "hallucination", ...).
std::string_view fault_kind(Blunder blunder);

struct Objection {
    Blunder blunder = Blunder::empty;
    std::string detail;  // one sentence, also told to the model; names facts, never their hidden values
};

struct Secret {
    std::string fact;
    std::string value;
};

// What holds for one line. Views must outlive the check.
struct LineRules {
    std::string_view language;               // of the persona
    std::vector<std::string> must_hold;      // values to be told
    std::vector<Secret> secrets;             // values that must not be told
    std::vector<std::string_view> known;     // where figures and identifiers may come from
    std::vector<std::string_view> said;      // the user's earlier lines
    bool may_speak_of_instructions = false;  // of a user who tries to inject some
    std::size_t longest = 900;               // bytes
};

class Guards {
  public:
    // `reader` outlives the guards. An Error means that the shipped patterns are broken.
    static Result<Guards> create(const Reader& reader);
    ~Guards();
    Guards(Guards&&) noexcept;
    Guards& operator=(Guards&&) noexcept;

    // The first objection, nothing for a line that may be sent. Thread-safe.
    std::optional<Objection> check(std::string_view line, const LineRules& rules) const;
    // Whether the text tells the value, in whatever spelling: "a 10023" tells "A-10023", "14 March" tells "March 14".
    bool tells(std::string_view text, std::string_view value, std::string_view language) const;

  private:
    struct Impl;
    explicit Guards(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// What is left of a model's line when white space around it and quotes around the whole are gone.
std::string bare_line(std::string_view text);

}  // namespace sosia::user
