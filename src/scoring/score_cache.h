// Judge scores that are used again when the same judge would be shown the same conversation: an agent that answers as
// it did yesterday is not judged twice. For the judge by rules it changes nothing but the time; for a model judge it
// saves the calls and keeps its chance out of comparisons.
#pragma once
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "domain/suite.h"

namespace sosia::scoring {

struct JudgeScores {
    std::vector<Score> scores;
    std::vector<std::pair<int, std::vector<Score>>> turn_scores;
};

// Everything the judge is and is shown: engine and arguments, scorecard, Sosia's version (`version`), persona,
// scenario, edge case, what was said and done (without clocks), and the checks' verdicts. 32 hex digits.
std::string score_key(const Suite& suite, const CellParts& parts, const Conversation& conversation,
                      std::string_view version);

// Thread-safe. Keeps at most `most` entries; when it is full, new ones are not taken in.
class ScoreCache {
  public:
    explicit ScoreCache(std::string version, std::size_t most = 200'000) : version_(std::move(version)), most_(most) {}

    // Lines as text() writes them. ErrorKind::malformed with the line.
    Result<void> read(std::string_view text);

    // The scores under the key of this conversation, or what `judge` gives, which is kept.
    template <class Judge>
    JudgeScores scores(const Suite& suite, const CellParts& parts, const Conversation& conversation,
                       const Judge& judge) {
        const std::string key = score_key(suite, parts, conversation, version_);
        if (std::optional<JudgeScores> known = find(key)) {
            return std::move(*known);
        }
        JudgeScores fresh = judge();
        put(key, fresh);
        return fresh;
    }

    std::optional<JudgeScores> find(const std::string& key);
    void put(const std::string& key, const JudgeScores& scores);

    // One JSON object a line, by key: equal contents give equal bytes.
    std::string text() const;
    std::size_t hits() const;

  private:
    std::string version_;
    std::size_t most_;
    mutable std::mutex mutex_;
    std::map<std::string, JudgeScores> entries_;
    std::size_t hits_ = 0;
};

}  // namespace sosia::scoring
