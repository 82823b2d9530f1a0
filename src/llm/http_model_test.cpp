#include "llm/http_model.h"

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/json_text.h"
#include "llm/json_read.h"
#include "llm/meter.h"
#include "llm/model_fixture.h"

namespace sosia::llm {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> providers{"openai/gpt-4o-mini", "openai-responses/gpt-4o-mini",
                                         "anthropic/claude-haiku-4-5", "gemini/gemini-2.5-flash", "azure/gpt-4o-mini"};

json::object object(std::string_view text) {
    return json::parse({text.data(), text.size()}).as_object();
}

Tool weather() {
    return {"get_weather", "The weather of a city.",
            object(R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"],)"
                   R"("additionalProperties":false})")};
}

class http_model : public ModelFixture {};

TEST_F(http_model, says_what_each_provider_answers_plain_and_streamed) {
    for (const std::string& name : providers) {
        for (const bool stream : {false, true}) {
            const ChatResult answer = ask(name, asking("SAY: Good morning, Zoë.", stream));
            ASSERT_TRUE(answer) << name << ": " << answer.error().message;
            EXPECT_EQ(answer->text, "Good morning, Zoë.") << name;
            EXPECT_EQ(answer->finish, Finish::stop) << name;
            EXPECT_GT(answer->usage.input, 0) << name;
            EXPECT_GT(answer->usage.output, 0) << name;
            EXPECT_FALSE(answer->model.empty()) << name;
            EXPECT_TRUE(answer->cost_usd.has_value()) << name;
            EXPECT_FALSE(answer->cached);
        }
    }
}

TEST_F(http_model, brings_tool_calls_and_takes_their_results) {
    for (const std::string& name : providers) {
        for (const bool stream : {false, true}) {
            ChatRequest request = asking("CALL: get_weather {\"city\": \"Köln\"}", stream);
            request.tools = {weather()};
            const ChatResult call = ask(name, request);
            ASSERT_TRUE(call) << name << ": " << call.error().message;
            ASSERT_EQ(call->calls.size(), 1U) << name;
            EXPECT_EQ(call->calls[0].name, "get_weather");
            EXPECT_EQ(json_text(call->calls[0].arguments), R"({"city":"Köln"})") << name;
            EXPECT_EQ(call->finish, Finish::tool_calls) << name;
            EXPECT_FALSE(call->calls[0].id.empty());

            request.messages.push_back({Role::assistant, call->text, call->calls, {}});
            request.messages.push_back({Role::tool, "rain", {}, call->calls[0].id});
            const ChatResult after = ask(name, request);
            ASSERT_TRUE(after) << name << ": " << after.error().message;
            EXPECT_THAT(after->text, HasSubstr("rain")) << name;
        }
    }
}

TEST_F(http_model, answers_in_the_shape_that_was_asked_for) {
    const json::object schema = object(
        R"({"type":"object","properties":{"text":{"type":"string"},"score":{"type":"integer","minimum":1,"maximum":5}},)"
        R"("required":["text","score"],"additionalProperties":false})");
    for (const std::string& name : providers) {
        ChatRequest request = asking("SAY: fine");
        request.shape = JsonShape{"verdict", schema};
        const ChatResult answer = ask(name, request);
        ASSERT_TRUE(answer) << name << ": " << answer.error().message;
        const auto parsed = parse_json(answer->text);
        ASSERT_TRUE(parsed) << name << ": " << answer->text;
        EXPECT_EQ(text_in(parsed->as_object(), "text"), "fine") << name;
        EXPECT_THAT(count_in(parsed->as_object(), "score"), testing::AllOf(testing::Ge(1), testing::Le(5))) << name;
    }
}

TEST_F(http_model, says_that_the_limit_of_tokens_cut_an_answer) {
    for (const std::string& name : providers) {
        ChatRequest request = asking("SAY: one two three four five six seven eight");
        request.sampling.max_tokens = 3;
        const ChatResult answer = ask(name, request);
        ASSERT_TRUE(answer) << name;
        EXPECT_EQ(answer->finish, Finish::length) << name;
        EXPECT_EQ(answer->text, "one two thre") << name;
    }
}

TEST_F(http_model, counts_cached_tokens_as_part_of_the_input) {
    for (const std::string& name : providers) {
        ChatRequest request = asking("SAY: ok");
        request.messages[0].text = name + std::string(8000, 'x');
        const ChatResult first = ask(name, request);
        const ChatResult second = ask(name, request);
        ASSERT_TRUE(first && second) << name;
        EXPECT_EQ(first->usage.cached_input, 0) << name;
        EXPECT_GT(second->usage.cached_input, 1024) << name;
        EXPECT_EQ(first->usage.input, second->usage.input) << name;
        EXPECT_LT(*second->cost_usd, *first->cost_usd) << name;
    }
}

struct Expected {
    std::string fault;
    FailureKind kind;
    int attempts;
};

// Every failure has its kind, and is tried again only where that can help.
TEST_F(http_model, gives_every_failure_its_kind) {
    const std::vector<Expected> table{{"auth", FailureKind::authentication, 1},
                                      {"quota", FailureKind::quota, 1},
                                      {"rate_limit", FailureKind::rate_limited, 5},
                                      {"overloaded", FailureKind::overloaded, 5},
                                      {"server_error", FailureKind::unreachable, 5},
                                      {"context_length", FailureKind::context_length, 1},
                                      {"content_filter", FailureKind::content_filter, 1},
                                      {"bad_request", FailureKind::bad_request, 1},
                                      {"malformed", FailureKind::malformed, 2},
                                      {"truncated", FailureKind::malformed, 2},
                                      {"empty", FailureKind::malformed, 2},
                                      {"garbage", FailureKind::malformed, 2},
                                      {"wrong_shape", FailureKind::malformed, 2}};
    for (const std::string& name : providers) {
        for (const bool stream : {false, true}) {
            for (const Expected& row : table) {
                const std::uint64_t before = server_->requests();
                const ChatResult answer = ask(name, asking("Hello.\nFAULT: " + row.fault, stream));
                const std::string which = name + " " + row.fault + (stream ? " streamed" : "");
                ASSERT_FALSE(answer) << which << ": " << answer->text;
                EXPECT_EQ(answer.error().kind, row.kind) << which << ": " << answer.error().message;
                EXPECT_EQ(server_->requests() - before, static_cast<std::uint64_t>(row.attempts)) << which;
                EXPECT_THAT(answer.error().message, AllOf(HasSubstr(name), Not(HasSubstr("\n"))));
            }
        }
    }
}

TEST_F(http_model, knows_an_error_in_the_middle_of_a_stream) {
    for (const std::string& name : providers) {
        const ChatResult answer = ask(name, asking("Hello there, how are you?\nFAULT: stream_error", true));
        ASSERT_FALSE(answer) << name;
        EXPECT_EQ(answer.error().kind, FailureKind::overloaded) << name << answer.error().message;
    }
}

// Over real connections: what was received before a reset counts only when it is whole.
TEST_F(http_model, connections_reset_at_any_byte_give_the_answer_or_a_failure_but_never_half) {
    for (const std::string& name : providers) {
        for (const bool stream : {false, true}) {
            const auto once = model(ModelChoice{.name = name, .retries = 0});
            const std::string which = name + (stream ? " streamed" : "");
            int failures = 0;
            int whole = 0;
            for (int bytes = 0; whole == 0 && bytes < 4'000; bytes += stream ? 1 : 11) {
                const ChatResult answer =
                    ask(*once, asking("SAY: Yes, Zoë.\nFAULT: reset=" + std::to_string(bytes), stream));
                if (answer) {
                    EXPECT_EQ(answer->text, "Yes, Zoë.") << which << " after " << bytes;
                    ++whole;
                    continue;
                }
                ++failures;
                EXPECT_THAT(answer.error().kind, testing::AnyOf(FailureKind::unreachable, FailureKind::malformed))
                    << which << " after " << bytes << ": " << answer.error().message;
            }
            EXPECT_EQ(whole, 1) << which;
            EXPECT_GT(failures, 5) << which;
        }
    }
}

TEST_F(http_model, bodies_cut_at_any_byte_in_good_order_are_never_half_an_answer) {
    for (const std::string& name : providers) {
        const auto once = model(ModelChoice{.name = name, .retries = 0});
        int failures = 0;
        bool whole = false;
        for (int bytes = 0; !whole && bytes < 4'000; bytes += 7) {
            const ChatResult answer =
                ask(*once, asking("SAY: Yes, Zoë.\nFAULT: truncated=" + std::to_string(bytes), true));
            whole = answer.has_value();
            failures += answer ? 0 : 1;
            EXPECT_EQ(answer ? answer->text : "Yes, Zoë.", "Yes, Zoë.") << name << " after " << bytes;
        }
        EXPECT_TRUE(whole) << name;
        EXPECT_GT(failures, 20) << name;
    }
}

TEST_F(http_model, a_refusal_that_repeats_the_key_is_told_without_it) {
    for (const std::string& name : providers) {
        const ChatResult answer = ask(name, asking("FAULT: auth"));
        ASSERT_FALSE(answer);
        EXPECT_THAT(answer.error().message, AllOf(HasSubstr("It was: "), Not(HasSubstr(test_key)))) << name;
    }
}

TEST_F(http_model, gives_up_on_a_provider_that_says_nothing) {
    for (const bool stream : {false, true}) {
        const auto patient =
            model(ModelChoice{.name = "openai/gpt-4o-mini", .timeout = milliseconds(40), .retries = 0});
        const ChatResult answer = ask(*patient, asking("FAULT: stall", stream));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, FailureKind::timeout);
    }
}

TEST_F(http_model, passes_an_answer_without_text_on_as_it_is) {
    const ChatResult answer = ask("openai/gpt-4o-mini", asking("FAULT: silent"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->text, "");
    const ChatResult cut = ask("openai/gpt-4o-mini", asking("A longer question.\nFAULT: cut_short"));
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->finish, Finish::length);
}

TEST_F(http_model, calls_arguments_that_are_no_json_malformed) {
    for (const bool stream : {false, true}) {
        for (const std::string& name : {providers[0], providers[1]}) {
            ChatRequest request = asking("CALL: get_weather {\"city\": \"Bonn\"}\nFAULT: bad_arguments", stream);
            request.tools = {weather()};
            const ChatResult answer = ask(name, request);
            ASSERT_FALSE(answer) << name;
            EXPECT_EQ(answer.error().kind, FailureKind::malformed);
        }
    }
}

TEST_F(http_model, waits_as_long_as_the_provider_asks_and_then_has_the_answer) {
    for (const std::string& name : {providers[0], providers[2]}) {
        waits_.clear();
        const ChatResult answer = ask(name, asking("Hello.\nFAULT: rate_limit=7*2"));
        ASSERT_TRUE(answer) << answer.error().message;
        ASSERT_GE(waits_.size(), 2U);
        EXPECT_GE(waits_[0], milliseconds(7000)) << name;
    }
}

TEST_F(http_model, does_not_wait_for_an_hour) {
    const std::uint64_t before = server_->requests();
    const ChatResult answer = ask("openai/gpt-4o-mini", asking("FAULT: rate_limit=3600"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().retry_after, milliseconds(3'600'000));
    EXPECT_EQ(server_->requests() - before, 1U);
}

TEST_F(http_model, ends_as_cancelled_when_its_coroutine_is_also_while_it_waits_for_its_turn) {
    const auto one_at_a_time = model(ModelChoice{.name = "openai/gpt-4o-mini", .max_concurrency = 1});
    boost::asio::cancellation_signal signals[2];
    std::vector<ChatResult> ended;
    for (auto& signal : signals) {
        boost::asio::co_spawn(
            loop_.executor(), one_at_a_time->complete(asking("FAULT: stall")),
            boost::asio::bind_cancellation_slot(signal.slot(), [&ended](std::exception_ptr error, ChatResult result) {
                EXPECT_FALSE(error);
                ended.push_back(std::move(result));
            }));
    }
    while (server_->requests() == 0) {
        loop_.context().run_one();
    }
    for (std::size_t i : {std::size_t{1}, std::size_t{0}}) {
        signals[i].emit(boost::asio::cancellation_type::terminal);
        while (ended.size() < 2 - i) {
            loop_.context().run_one();
        }
        ASSERT_FALSE(ended.back());
        EXPECT_EQ(ended.back().error().kind, FailureKind::cancelled);
    }
    EXPECT_EQ(server_->requests(), 1U);
}

TEST_F(http_model, says_that_nobody_listens) {
    environment_["OPENAI_BASE_URL"] = "http://127.0.0.1:1/v1";
    const auto nobody = model(ModelChoice{.name = "openai/gpt-4o-mini", .retries = 1});
    const ChatResult answer = ask(*nobody, asking("Hello."));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, FailureKind::unreachable);
    EXPECT_THAT(answer.error().message, HasSubstr("tried 2 times"));
}

TEST_F(http_model, asks_any_compatible_server_by_its_address_without_a_key) {
    const ChatResult answer = ask(server_->url() + "/v1#qwen3", asking("SAY: local"));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->text, "local");
    EXPECT_EQ(answer->model, "qwen3");
    EXPECT_FALSE(answer->cost_usd);
}

TEST_F(http_model, sends_its_key_where_the_provider_wants_it) {
    restart({.key = test_key});
    for (const std::string& name : providers) {
        EXPECT_TRUE(ask(name, asking("Hello."))) << name;
    }
    environment_["OPENAI_API_KEY"] = "another-key-altogether";
    const ChatResult refused = ask(providers[0], asking("Hello."));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FailureKind::authentication);
}

TEST_F(http_model, keeps_the_pace_that_was_configured) {
    const auto slow = model(ModelChoice{.name = "openai/gpt-4o-mini", .requests_per_minute = 30});
    const std::int64_t began = clock_.steady_us();
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(ask(*slow, asking("Hello.")));
    }
    EXPECT_GE(clock_.steady_us() - began, 6'000'000);
}

TEST_F(http_model, answers_from_the_cache_cost_nothing_and_repetitions_stay_apart) {
    MemoryCache cache;
    ModelParts with_cache = parts();
    with_cache.cache = &cache;
    const auto made = make_model({.name = "openai/gpt-4o-mini"}, with_cache);
    ASSERT_TRUE(made);
    const ChatResult first = ask(**made, asking("Hello."));
    const std::uint64_t calls = server_->requests();
    const ChatResult again = ask(**made, asking("Hello.", true));
    ASSERT_TRUE(first && again);
    EXPECT_EQ(server_->requests(), calls);
    EXPECT_TRUE(again->cached);
    EXPECT_EQ(again->text, first->text);
    EXPECT_EQ(again->cost_usd, 0);
    ChatRequest repeated = asking("Hello.");
    repeated.repetition = 1;
    EXPECT_FALSE(ask(**made, repeated)->cached);
    EXPECT_EQ(cache.kept.size(), 2U);
}

TEST_F(http_model, replaying_needs_no_key_and_never_calls) {
    MemoryCache cache;
    ModelParts first = parts();
    first.cache = &cache;
    ASSERT_TRUE(ask(**make_model({.name = "openai/gpt-4o-mini"}, first), asking("Hello.")));
    environment_.erase("OPENAI_API_KEY");
    ModelParts replay = parts();
    replay.cache = &cache;
    replay.replay_only = true;
    const auto made = make_model({.name = "openai/gpt-4o-mini"}, replay);
    ASSERT_TRUE(made);
    const std::uint64_t calls = server_->requests();
    EXPECT_TRUE(ask(**made, asking("Hello.")));
    const ChatResult unknown = ask(**made, asking("Something else."));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().kind, FailureKind::not_cached);
    EXPECT_EQ(server_->requests(), calls);
}

// What a call leaves behind must not hold the key: not the answer, not the failure, not the cache.
TEST_F(http_model, leaves_the_key_nowhere) {
    MemoryCache cache;
    std::string left;
    for (const std::string& name : providers) {
        ModelParts with_cache = parts();
        with_cache.cache = &cache;
        const auto made = make_model({.name = name, .retries = 0}, with_cache);
        ASSERT_TRUE(made);
        left += (*made)->traits().name;
        for (const char* fault : {"none", "auth", "quota", "server_error", "malformed", "garbage", "wrong_shape"}) {
            for (const bool stream : {false, true}) {
                const ChatResult answer = ask(**made, asking(std::string("Hello.\nFAULT: ") + fault, stream));
                left += answer ? answer_text(*answer) : answer.error().message;
            }
        }
    }
    for (const auto& [question, answer] : cache.kept) {
        left += question + answer;
    }
    EXPECT_GT(cache.kept.size(), 4U);
    EXPECT_THAT(left, Not(HasSubstr(std::string(test_key).substr(0, 10))));
}

TEST(without_secret, cuts_the_key_out_also_where_only_its_beginning_is_left) {
    EXPECT_EQ(without_secret("key sk-test-5f1c2b7e9a0d4c33 is wrong", test_key), "key [key] is wrong");
    EXPECT_EQ(without_secret("key sk-test-5f1c2b…", test_key), "key [key]…");
    EXPECT_EQ(without_secret("nothing here", test_key), "nothing here");
    EXPECT_EQ(without_secret("sk-test-5f1c2b7e9a0d4c33sk-test-5f1c2b7e9a0d4c33", test_key), "[key][key]");
    EXPECT_EQ(without_secret("no key at all", ""), "no key at all");
}

TEST_F(http_model, meters_by_role_and_stops_at_the_budget) {
    Meter meter;
    Budget budget(0.002);
    const auto user = metered(model("openai/gpt-4o-mini"), MeterRole::user, meter, &budget);
    const auto judge = metered(model("anthropic/claude-haiku-4-5"), MeterRole::judge, meter);
    ASSERT_TRUE(ask(*user, asking("Hello.")));
    ASSERT_TRUE(ask(*judge, asking("Hello.")));
    ASSERT_FALSE(ask(*judge, asking("FAULT: auth")));
    EXPECT_EQ(meter.of(MeterRole::user).calls, 1);
    EXPECT_EQ(meter.of(MeterRole::judge).calls, 1);
    EXPECT_EQ(meter.of(MeterRole::judge).failed, 1);
    EXPECT_GT(meter.of(MeterRole::user).usd, 0);
    EXPECT_DOUBLE_EQ(budget.spent(), meter.of(MeterRole::user).usd);
    ChatRequest dear = asking("Hello.");
    dear.sampling.max_tokens = 100'000;
    const std::uint64_t calls = server_->requests();
    const ChatResult refused = ask(*user, dear);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FailureKind::over_budget);
    EXPECT_EQ(server_->requests(), calls);
    EXPECT_TRUE(meter.to_json().at("total").as_object().contains("usd"));
}

}  // namespace
}  // namespace sosia::llm
