#include "llm/text_embedder.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <map>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "domain/json_text.h"
#include "llm/answer_draft.h"
#include "llm/providers/provider.h"
#include "llm/resolve.h"

namespace sosia::llm {
namespace {

namespace asio = boost::asio;

constexpr std::size_t longest_text = 4'000;  // bytes: within the 2,048 tokens that the smallest model takes
constexpr std::size_t most_at_once = 64;     // the answer to 64 texts of 3,072 numbers stays below 8 MB
constexpr std::size_t digits = 8;            // of one number in hexadecimal

std::string text_of(const std::vector<float>& vector) {
    std::string out;
    out.reserve(vector.size() * digits);
    for (const float value : vector) {
        fmt::format_to(std::back_inserter(out), "{:08x}", std::bit_cast<std::uint32_t>(value));
    }
    return out;
}

std::optional<std::vector<float>> vector_of(std::string_view text) {
    std::vector<float> out;
    for (std::size_t at = 0; at < text.size(); at += digits) {
        const std::string_view number = text.substr(at, digits);
        std::uint32_t bits = 0;
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), bits, 16);
        if (number.size() != digits || error != std::errc{} || end != number.data() + number.size()) {
            return std::nullopt;
        }
        out.push_back(std::bit_cast<float>(bits));
    }
    return out.empty() ? std::nullopt : std::optional(std::move(out));
}

}  // namespace

struct TextEmbedder::Job {
    std::map<std::string, std::vector<float>> vectors;  // by text
    EmbeddedTexts out;
    bool counted = true;  // every answer said how many tokens it took
};

Question TextEmbedder::question_for(const std::string& text) const {
    return {use_.provider, use_.model, content_hash("embedding\n" + use_.endpoint + "\n" + text), 0};
}

std::optional<std::vector<float>> TextEmbedder::known(const std::string& text) const {
    const auto answer = use_.cache == nullptr ? std::nullopt : use_.cache->find(question_for(text));
    return answer ? vector_of(*answer) : std::nullopt;
}

asio::awaitable<std::optional<Failure>> TextEmbedder::send(std::span<const std::string> batch, Job& job) {
    if (use_.replay_only) {
        co_return Failure{.kind = FailureKind::not_cached,
                          .message = fmt::format("{} has not been asked for {} of the texts before, and replaying "
                                                 "forbids to ask",
                                                 name(), batch.size())};
    }
    std::vector<std::string> texts(batch.begin(), batch.end());
    EmbeddingResult answer = co_await model_->embed(std::move(texts));
    if (!answer) {
        co_return std::move(answer.error());
    }
    job.out.asked += batch.size();
    job.out.usage.input += answer->usage.input;
    job.counted = job.counted && answer->usage.input > 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (use_.cache != nullptr) {
            use_.cache->keep(question_for(batch[i]), text_of(answer->vectors[i]));
        }
        job.vectors[batch[i]] = std::move(answer->vectors[i]);
    }
    co_return std::nullopt;
}

asio::awaitable<std::expected<EmbeddedTexts, Failure>> TextEmbedder::embed(std::span<const std::string> texts) {
    Job job;
    std::vector<std::string> names;
    std::vector<std::string> missing;
    for (const std::string& text : texts) {
        const std::string& name = names.emplace_back(shorten(trim(text), longest_text));
        if (name.empty() || job.vectors.contains(name)) {
            continue;
        }
        std::optional<std::vector<float>> vector = known(name);
        job.out.kept += vector ? 1U : 0U;
        if (!vector) {
            missing.push_back(name);
        }
        job.vectors[name] = vector ? std::move(*vector) : std::vector<float>{};
    }
    for (std::size_t at = 0; at < missing.size(); at += most_at_once) {
        const auto batch = std::span(missing).subspan(at, std::min(most_at_once, missing.size() - at));
        std::optional<Failure> failure = co_await send(batch, job);
        if (failure) {
            co_return std::unexpected(std::move(*failure));
        }
    }
    std::size_t length = 0;
    for (const std::string& name : names) {
        job.out.vectors.push_back(name.empty() ? std::vector<float>{} : job.vectors[name]);
        const std::size_t own = job.out.vectors.back().size();
        length = length == 0 ? own : length;
        if (own != 0 && own != length) {
            co_return std::unexpected(malformed("the embeddings are not of one length"));
        }
    }
    if (job.out.asked == 0) {
        job.out.cost_usd = 0;
    } else if (job.counted) {
        job.out.cost_usd = prices_.cost(name(), job.out.usage);
    }
    co_return std::move(job.out);
}

Result<std::unique_ptr<TextEmbedder>> make_text_embedder(const ModelChoice& choice, const ModelParts& parts) {
    const Result<Resolved> resolved = resolve(choice, parts);
    if (!resolved) {
        return std::unexpected(resolved.error());
    }
    Result<std::shared_ptr<EmbeddingModel>> model = make_embedding_model(choice, parts);
    if (!model) {
        return std::unexpected(model.error());
    }
    CacheUse use{parts.cache, parts.replay_only, resolved->provider->name, resolved->endpoint.model,
                 resolved->endpoint.url + " " + json_text(choice.parameters)};
    const PriceTable& prices = parts.prices == nullptr ? PriceTable::built_in() : *parts.prices;
    return std::make_unique<TextEmbedder>(std::move(*model), std::move(use), prices);
}

}  // namespace sosia::llm
