#include "llm/embeddings.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <utility>

#include "llm/answer_draft.h"
#include "llm/json_read.h"
#include "llm/resolve.h"

namespace sosia::llm {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using Attempt = HttpCaller::Attempt;

constexpr std::string_view chat_path = "/chat/completions";

bool is_google(const Endpoint& endpoint) {
    return endpoint.url.find("/v1beta/models/") != std::string::npos;
}

net::HttpRequest google_request(const Endpoint& endpoint, const std::vector<std::string>& texts) {
    json::array requests;
    for (const std::string& text : texts) {
        requests.emplace_back(
            json::object{{"model", "models/" + endpoint.model},
                         {"content", json::object{{"parts", json::array{json::object{{"text", text}}}}}}});
    }
    return post_json(endpoint, endpoint.url + ":batchEmbedContents", json::object{{"requests", std::move(requests)}});
}

net::HttpRequest openai_request(const Endpoint& endpoint, const std::vector<std::string>& texts) {
    std::string url = endpoint.url;
    url.replace(url.find(chat_path), chat_path.size(), "/embeddings");
    return post_json(endpoint, std::move(url),
                     json::object{{"model", endpoint.model},
                                  {"input", json::array(texts.begin(), texts.end())},
                                  {"encoding_format", "float"}});
}

std::vector<float> vector_of(const json::array* numbers) {
    std::vector<float> out;
    for (std::size_t i = 0; numbers != nullptr && i < numbers->size(); ++i) {
        const json::value& number = (*numbers)[i];
        out.push_back(number.is_number() ? number.to_number<float>() : 0.0F);
    }
    return out;
}

// OpenAI: data[].embedding, perhaps out of order; Google: embeddings[].values.
EmbeddingResult read_vectors(const json::value& body, std::size_t count) {
    const json::object* root = body.if_object();
    const json::array* data = root == nullptr ? nullptr : array_in(*root, "data");
    const json::array* google = root == nullptr ? nullptr : array_in(*root, "embeddings");
    const json::array* list = data != nullptr ? data : google;
    if (list == nullptr || list->size() != count) {
        return std::unexpected(malformed(fmt::format("there are not {} embeddings", count)));
    }
    Embeddings out{.vectors = std::vector<std::vector<float>>(count)};
    for (std::size_t i = 0; i < count; ++i) {
        const json::object* item = (*list)[i].if_object();
        const auto at =
            item == nullptr
                ? i
                : static_cast<std::size_t>(integer_in(*item, "index").value_or(static_cast<std::int64_t>(i)));
        if (item == nullptr || at >= count) {
            return std::unexpected(malformed("an embedding has no place"));
        }
        out.vectors[at] = vector_of(array_in(*item, data != nullptr ? "embedding" : "values"));
    }
    for (const std::vector<float>& vector : out.vectors) {
        if (vector.empty() || vector.size() != out.vectors.front().size()) {
            return std::unexpected(malformed("the embeddings are not of one length"));
        }
    }
    if (const json::object* usage = object_in(*root, "usage")) {
        out.usage.input = count_in(*usage, "prompt_tokens");
    }
    return out;
}

class HttpEmbeddings final : public EmbeddingModel {
  public:
    HttpEmbeddings(Endpoint endpoint, HttpCaller caller) : endpoint_(std::move(endpoint)), caller_(std::move(caller)) {}

    const std::string& name() const override { return caller_.setup().name; }

    asio::awaitable<EmbeddingResult> embed(std::vector<std::string> texts) override {
        constexpr std::size_t bytes_per_token = 4;
        std::size_t bytes = 0;
        for (const std::string& text : texts) {
            bytes += text.size();
        }
        if (texts.empty()) {
            co_return Embeddings{};
        }
        Embeddings found;
        auto try_once = [this, &texts, &found] { return send(texts, found); };
        std::optional<Failure> failure =
            co_await caller_.call(static_cast<double>(bytes / bytes_per_token + 1), std::move(try_once), {});
        if (failure) {
            co_return std::unexpected(std::move(*failure));
        }
        co_return found;
    }

  private:
    asio::awaitable<Attempt> send(const std::vector<std::string>& texts, Embeddings& into) {
        net::HttpRequest http =
            is_google(endpoint_) ? google_request(endpoint_, texts) : openai_request(endpoint_, texts);
        net::HttpResult answer = co_await caller_.send(std::move(http));
        std::optional<Attempt> refused = caller_.refused(answer);
        if (refused) {
            co_return std::move(*refused);
        }
        const auto body = parse_json(answer->body);
        EmbeddingResult read = body ? read_vectors(*body, texts.size()) : std::unexpected(malformed(body.error()));
        Attempt attempt{.headers = std::move(answer->headers)};
        if (!read) {
            attempt.failure = std::move(read.error());
            co_return attempt;
        }
        into = std::move(*read);
        attempt.tokens = static_cast<double>(into.usage.input);
        co_return attempt;
    }

    Endpoint endpoint_;
    HttpCaller caller_;
};

}  // namespace

Result<std::shared_ptr<EmbeddingModel>> make_embedding_model(const ModelChoice& choice, const ModelParts& parts) {
    Result<Resolved> resolved = resolve(choice, parts);
    if (!resolved) {
        return std::unexpected(resolved.error());
    }
    Endpoint& endpoint = resolved->endpoint;
    if (!is_google(endpoint) && endpoint.url.find(chat_path) == std::string::npos) {
        return fail(ErrorKind::usage, fmt::format("{} offers no embeddings", choice.name),
                    "OpenAI, Azure, Gemini and OpenAI-compatible servers do");
    }
    HttpCaller caller = caller_for(choice, *resolved, parts);
    return std::make_shared<HttpEmbeddings>(std::move(endpoint), std::move(caller));
}

}  // namespace sosia::llm
