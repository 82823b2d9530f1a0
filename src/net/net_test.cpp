#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "net/deadline.h"
#include "net/rate_limit.h"
#include "net/retry.h"
#include "net/semaphore.h"
#include "net/sse.h"
#include "net/task_group.h"
#include "net/test_loop.h"

namespace sosia::net {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<std::string> events_of(std::string_view bytes, std::size_t step) {
    std::vector<std::string> events;
    SseParser parser([&](const SseEvent& event) {
        events.push_back(event.type + "|" + event.data + "|" + event.id);
        return true;
    });
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        EXPECT_TRUE(parser.feed(bytes.substr(at, step)));
    }
    return events;
}

TEST(Sse, events_are_the_same_however_the_bytes_are_cut) {
    const std::string_view bytes =
        "\xEF\xBB\xBF"
        "data: one\n\n: comment\r\nevent: add\r\ndata:two\rdata:  three\r\r\nid: 7\n\ndata\n\ndata:\ndata: x\nretry: "
        "5\nunknown: y\n\ndata: lost";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        EXPECT_THAT(events_of(bytes, step),
                    ElementsAre("message|one|", "add|two\n three|", "message||7", "message|\nx|7"))
            << step;
    }
}

TEST(Sse, an_event_that_never_ends_is_cut_off) {
    SseParser parser([](const SseEvent&) { return true; }, 1000);
    EXPECT_TRUE(parser.feed("data: " + std::string(900, 'x')));
    EXPECT_FALSE(parser.feed(std::string(200, 'x')));
    EXPECT_TRUE(parser.too_long());
    SseParser lines([](const SseEvent&) { return true; }, 1000);
    bool good = true;
    for (int i = 0; i < 1000 && good; ++i) {
        good = lines.feed("data: xxxxxxxxxx\n");
    }
    EXPECT_TRUE(lines.too_long());
}

TEST(Sse, the_receiver_can_stop) {
    int seen = 0;
    SseParser parser([&](const SseEvent&) { return ++seen < 2; });
    EXPECT_FALSE(parser.feed("data: 1\n\ndata: 2\n\ndata: 3\n\n"));
    EXPECT_FALSE(parser.feed("data: 4\n\n"));
    EXPECT_EQ(seen, 2);
}

TEST(Retry, waits_are_spread_over_a_doubling_range_with_a_cap) {
    const RetryPolicy policy{.base = 100ms, .cap = 1000ms};
    Random random(1, "test");
    for (int retry = 0; retry < 8; ++retry) {
        const auto ceiling = std::min(100ms * (1 << retry), std::chrono::milliseconds(1000));
        std::chrono::milliseconds least = 1h;
        std::chrono::milliseconds most = 0ms;
        for (int i = 0; i < 400; ++i) {
            const auto wait = backoff(policy, retry, random);
            least = std::min(least, wait);
            most = std::max(most, wait);
        }
        EXPECT_LT(least, ceiling / 20);
        EXPECT_GT(most, ceiling * 9 / 10);
        EXPECT_LE(most, ceiling);
    }
    EXPECT_LE(backoff(policy, 1'000'000, random), 1000ms);
}

TEST(Retry, a_server_that_names_a_time_is_obeyed_up_to_a_limit) {
    const RetryPolicy policy{.base = 100ms, .longest_retry_after = 60s};
    Random random(1, "test");
    EXPECT_THAT(backoff(policy, 0, random, 5s).count(), testing::AllOf(testing::Ge(5000), testing::Le(5100)));
    EXPECT_LE(backoff(policy, 0, random, 1h), 60s + 100ms);
}

TEST(Retry, reads_seconds_and_dates) {
    const std::int64_t now = 1'792'567'680'000;  // 2026-10-21T07:28:00Z
    EXPECT_EQ(parse_retry_after("120", now), 120s);
    EXPECT_EQ(parse_retry_after(" 0 ", now), 0s);
    EXPECT_EQ(parse_retry_after("99999999999999999999", now), 7 * 24h);
    EXPECT_EQ(parse_retry_after("Wed, 21 Oct 2026 07:28:30 GMT", now), 30s);
    EXPECT_EQ(parse_retry_after("Wed, 21 Oct 2020 07:28:30 GMT", now), 0s);
    for (const std::string bad : {"", "soon", "-5", "1.5", "Wed, 99 Oct 2026 07:28:30 GMT",
                                  "Wed, 21 Okt 2026 07:28:30 GMT", "Wed, 21 Oct 2026 07:28:30 UTC"}) {
        EXPECT_EQ(parse_retry_after(bad, now), std::nullopt) << bad;
    }
}

TEST(RateSchedule, spaces_requests_evenly_and_keeps_the_order) {
    RateSchedule schedule(10, 1);
    EXPECT_EQ(schedule.reserve(1'000'000), 1'000'000);
    EXPECT_EQ(schedule.reserve(1'000'000), 1'100'000);
    EXPECT_EQ(schedule.reserve(1'050'000), 1'200'000);
    EXPECT_EQ(schedule.reserve(9'000'000), 9'000'000);
    EXPECT_EQ(schedule.reserve(9'000'000), 9'100'000);
}

TEST(RateSchedule, a_burst_is_saved_up_but_no_more) {
    RateSchedule schedule(10, 3);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(schedule.reserve(1'000'000), 1'000'000);
    }
    EXPECT_EQ(schedule.reserve(1'000'000), 1'100'000);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(schedule.reserve(60'000'000), 60'000'000);
    }
    EXPECT_EQ(schedule.reserve(60'000'000), 60'100'000);
}

asio::awaitable<void> take_turns(RateLimit& limit, int id, std::vector<int>& order) {
    const bool may_go = co_await limit.acquire();
    order.push_back(may_go ? id : -1);
}

TEST(RateLimitTest, lets_waiters_go_in_the_order_they_came) {
    test::Loop loop;
    SystemClock clock;
    RateLimit limit(loop.executor(), clock, 1000);
    TaskGroup tasks(loop.executor());
    std::vector<int> order;
    for (int id = 0; id < 5; ++id) {
        tasks.spawn(take_turns(limit, id, order));
    }
    loop.run(tasks.wait());
    EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4));
}

TEST(RateLimitTest, waits_can_be_ended) {
    test::Loop loop;
    SystemClock clock;
    RateLimit limit(loop.executor(), clock, 0.001);
    TaskGroup tasks(loop.executor());
    std::vector<int> order;
    for (int id = 0; id < 3; ++id) {
        tasks.spawn(take_turns(limit, id, order));
    }
    loop.poll();
    limit.cancel();
    tasks.spawn(take_turns(limit, 3, order));
    loop.run(tasks.wait());
    EXPECT_THAT(order, ElementsAre(0, -1, -1, -1));
}

asio::awaitable<void> never(bool& ended) {
    struct AtEnd {
        bool& flag;
        ~AtEnd() { flag = true; }
    } at_end{ended};
    asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> throws() {
    throw std::runtime_error("broken");
    co_return;
}

asio::awaitable<int> seven() {
    co_return 7;
}

asio::awaitable<int> never_a_number(bool& ended) {
    co_await never(ended);
    co_return 0;
}

TEST(TaskGroupTest, records_exceptions_and_waits_for_all) {
    test::Loop loop;
    TaskGroup tasks(loop.executor());
    tasks.spawn(throws());
    tasks.spawn(throws());
    loop.run(tasks.wait());
    EXPECT_EQ(tasks.running(), 0u);
    EXPECT_EQ(tasks.take_exceptions().size(), 2u);
    EXPECT_TRUE(tasks.take_exceptions().empty());
}

TEST(TaskGroupTest, cancelled_tasks_are_no_failures) {
    test::Loop loop;
    TaskGroup tasks(loop.executor());
    bool ended = false;
    tasks.spawn(never(ended));
    loop.poll();
    EXPECT_EQ(tasks.running(), 1u);
    tasks.cancel();
    loop.run(tasks.wait());
    EXPECT_TRUE(ended);
    EXPECT_TRUE(tasks.take_exceptions().empty());
}

asio::awaitable<void> run_group(bool& ended, bool& waited) {
    TaskGroup inner(co_await asio::this_coro::executor);
    inner.spawn(never(ended));
    co_await inner.wait();
    waited = true;
}

TEST(TaskGroupTest, cancelling_who_waits_cancels_the_tasks_and_waits_for_them) {
    test::Loop loop;
    TaskGroup outer(loop.executor());
    bool ended = false;
    bool waited = false;
    outer.spawn(run_group(ended, waited));
    loop.poll();
    outer.cancel();
    loop.run(outer.wait());
    EXPECT_TRUE(ended);
    EXPECT_TRUE(waited);
}

TEST(TaskGroupTest, a_task_may_spawn_another) {
    test::Loop loop;
    TaskGroup tasks(loop.executor());
    int count = 0;
    const auto child = [](int& n) -> asio::awaitable<void> {
        ++n;
        co_return;
    };
    const auto parent = [](TaskGroup& group, int& n, auto make) -> asio::awaitable<void> {
        group.spawn(make(n));
        group.spawn(make(n));
        co_return;
    };
    tasks.spawn(parent(tasks, count, child));
    loop.run(tasks.wait());
    EXPECT_EQ(count, 2);
}

TEST(Deadline, gives_the_value_or_cancels_the_operation) {
    test::Loop loop;
    EXPECT_EQ(loop.run(with_deadline(seven(), 1h)), 7);
    bool ended = false;
    EXPECT_EQ(loop.run(with_deadline(never_a_number(ended), 1ms)), std::nullopt);
    EXPECT_TRUE(ended);
    ended = false;
    EXPECT_FALSE(loop.run(with_deadline(never(ended), 1ms)));
    EXPECT_TRUE(ended);
}

asio::awaitable<void> hold(Semaphore& semaphore, int id, std::vector<int>& order, int& inside, int& most) {
    auto permit = co_await semaphore.acquire();
    order.push_back(id);
    most = std::max(most, ++inside);
    co_await asio::post(asio::use_awaitable);
    --inside;
}

TEST(SemaphoreTest, lets_in_so_many_at_once_in_order) {
    test::Loop loop;
    Semaphore semaphore(loop.executor(), 2);
    TaskGroup tasks(loop.executor());
    std::vector<int> order;
    int inside = 0;
    int most = 0;
    for (int id = 0; id < 6; ++id) {
        tasks.spawn(hold(semaphore, id, order, inside, most));
    }
    loop.run(tasks.wait());
    EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4, 5));
    EXPECT_EQ(most, 2);
    EXPECT_EQ(semaphore.free_places(), 2u);
}

asio::awaitable<void> try_hold(Semaphore& semaphore, bool& got) {
    const auto permit = co_await semaphore.acquire();
    got = static_cast<bool>(permit);
}

TEST(SemaphoreTest, a_cancelled_waiter_takes_no_place) {
    test::Loop loop;
    Semaphore semaphore(loop.executor(), 1);
    auto held = loop.run(semaphore.acquire());
    TaskGroup tasks(loop.executor());
    bool got = true;
    tasks.spawn(try_hold(semaphore, got));
    loop.poll();
    EXPECT_EQ(semaphore.waiting(), 1u);
    tasks.cancel();
    loop.run(tasks.wait());
    EXPECT_FALSE(got);
    held = {};
    EXPECT_EQ(semaphore.free_places(), 1u);
}

}  // namespace
}  // namespace sosia::net
