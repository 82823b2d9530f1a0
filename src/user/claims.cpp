// The claim grammar's frame: which kind of claim is tried where.
#include <utility>

#include "user/claims_grammar.h"
#include "user/reader_characters.h"

namespace sosia::user {

namespace {

constexpr std::uint32_t bit(ClaimWord::Kind kind) {
    return 1U << static_cast<unsigned>(kind);
}

// The kinds of words a claim begins with.
constexpr std::uint32_t starters = bit(ClaimWord::Kind::number) | bit(ClaimWord::Kind::scale) |
                                   bit(ClaimWord::Kind::month) | bit(ClaimWord::Kind::weekday) |
                                   bit(ClaimWord::Kind::clock) | bit(ClaimWord::Kind::half) |
                                   bit(ClaimWord::Kind::article) | bit(ClaimWord::Kind::currency);

}  // namespace

const ClaimWord* ClaimGrammar::entry(std::size_t at, Kind kind) const {
    if (at >= tokens_.size() || tokens_[at].entries == nullptr || (tokens_[at].entries->kinds & bit(kind)) == 0) {
        return nullptr;
    }
    for (const ClaimWord& word : tokens_[at].entries->list) {
        if (word.kind == kind && (!word.exact_case || tokens_[at].capital)) {
            return &word;
        }
    }
    return nullptr;
}

bool ClaimGrammar::symbol(std::size_t at, char c) const {
    return at < tokens_.size() && tokens_[at].kind == ClaimToken::Kind::symbol && tokens_[at].symbol == c;
}

bool ClaimGrammar::digits(std::size_t at) const {
    return at < tokens_.size() && tokens_[at].kind == ClaimToken::Kind::number;
}

std::string_view ClaimGrammar::word(std::size_t at) const {
    if (at >= tokens_.size() || tokens_[at].kind != ClaimToken::Kind::word) {
        return {};
    }
    return text_.substr(tokens_[at].begin, tokens_[at].end - tokens_[at].begin);
}

Claim& ClaimGrammar::add(ClaimKind kind, std::size_t first, std::size_t next) {
    Claim claim;
    claim.kind = kind;
    claim.begin = tokens_[first].begin;
    claim.end = tokens_[next - 1].end;
    at_ = next;
    return out_.emplace_back(std::move(claim));
}

std::vector<Claim> ClaimGrammar::run() {
    while (at_ < tokens_.size()) {
        const ClaimToken& token = tokens_[at_];
        const bool may_start = token.kind == ClaimToken::Kind::number ||
                               (token.entries != nullptr && (token.entries->kinds & starters) != 0) ||
                               (token.kind == ClaimToken::Kind::symbol && token.symbol != '-' && token.symbol != ',');
        if (!may_start || !(try_money() || try_percent() || try_date() || try_time() || try_measure())) {
            ++at_;
        }
    }
    return std::move(out_);
}

std::vector<Claim> find_claims(std::string_view text, std::span<const Entity> entities, const ClaimLexicon& lexicon) {
    return ClaimGrammar(text, claim_tokens(text, entities, lexicon), lexicon).run();
}

}  // namespace sosia::user
