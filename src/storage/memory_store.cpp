// The store for tests and for runs nobody wants to keep. Behaves as the SQLite store does, and forgets.
#include <algorithm>
#include <map>
#include <mutex>
#include <ranges>
#include <set>
#include <utility>

#include "storage/lookup.h"
#include "storage/store.h"

namespace sosia::storage {
namespace {

struct MemoryRun {
    struct Conversation {
        ConversationBrief brief;
        std::shared_ptr<const std::string> record;  // shared, so that a reader can keep it without holding the lock
    };
    RunInfo info;
    std::map<std::pair<std::uint64_t, std::string>, Conversation> conversations;  // by ordinal and id: plan order
    std::map<std::string, std::uint64_t, std::less<>> ordinals;                   // by id
    std::map<std::pair<std::string, int>, std::string> journal;                   // by conversation and step
    bool journal_lent = false;                                                    // somebody else writes the steps
};

// What the two halves share. Writer and reader may be on different threads, so every access holds the mutex.
struct Memory {
    std::mutex mutex;
    std::map<std::string, MemoryRun, std::less<>> runs;
};

void write_step(MemoryRun& run, const JournalEntry& entry) {
    const auto from = run.journal.lower_bound({entry.conversation, entry.step});
    const auto to =
        std::find_if(from, run.journal.end(), [&](const auto& kept) { return kept.first.first != entry.conversation; });
    run.journal.erase(from, to);
    run.journal.emplace(std::pair(entry.conversation, entry.step), entry.data);
}

void write_finished(MemoryRun& run, const RunStore::Batch::Finished& finished) {
    const ConversationBrief& brief = finished.brief;
    if (!run.ordinals.emplace(brief.id, brief.ordinal).second) {
        return;
    }
    run.conversations.emplace(std::pair(brief.ordinal, brief.id),
                              MemoryRun::Conversation{brief, std::make_shared<const std::string>(finished.record)});
    std::erase_if(run.journal, [&](const auto& kept) { return kept.first.first == brief.id; });
}

class MemoryJournal final : public Journal {
  public:
    MemoryJournal(std::shared_ptr<Memory> memory, std::string run) : memory_(std::move(memory)), run_(std::move(run)) {}

    Result<void> append(const JournalEntry& entry) override {
        const std::lock_guard lock(memory_->mutex);
        const auto found = memory_->runs.find(run_);
        if (found == memory_->runs.end()) {
            return no_such_run(run_);
        }
        write_step(found->second, entry);
        return {};
    }

    void forget(const std::string&) override {}  // write_finished() has dropped them

  private:
    std::shared_ptr<Memory> memory_;
    std::string run_;
};

class MemoryRunStore final : public RunStore {
  public:
    explicit MemoryRunStore(std::shared_ptr<Memory> memory) : memory_(std::move(memory)) {}

    Result<void> create_run(const RunInfo& run) override {
        const std::lock_guard lock(memory_->mutex);
        const bool is_new = memory_->runs.emplace(run.id, MemoryRun{.info = run}).second;
        return is_new ? Result<void>{} : run_exists(run.id);
    }

    Result<void> update_run(const RunInfo& run) override {
        const std::lock_guard lock(memory_->mutex);
        const auto found = memory_->runs.find(run.id);
        if (found == memory_->runs.end()) {
            return no_such_run(run.id);
        }
        found->second.info = run;
        found->second.journal_lent = found->second.journal_lent && run.state == RunState::running;
        return {};
    }

    Result<void> write(std::string_view run, const Batch& batch) override {
        const std::lock_guard lock(memory_->mutex);
        const auto found = memory_->runs.find(run);
        if (found == memory_->runs.end()) {
            return no_such_run(run);
        }
        if (found->second.journal_lent && !batch.journal.empty()) {
            return fail(ErrorKind::conflict, "the steps of this run are written by the holder of its journal");
        }
        for (const JournalEntry& entry : batch.journal) {
            write_step(found->second, entry);
        }
        for (const Batch::Finished& finished : batch.finished) {
            write_finished(found->second, finished);
        }
        return {};
    }

    Result<std::unique_ptr<Journal>> open_journal(std::string_view run) override {
        const std::lock_guard lock(memory_->mutex);
        const auto found = memory_->runs.find(run);
        if (found == memory_->runs.end()) {
            return no_such_run(run);
        }
        if (std::exchange(found->second.journal_lent, true)) {
            return fail(ErrorKind::conflict, "the journal of run " + std::string(run) + " is open already");
        }
        return std::make_unique<MemoryJournal>(memory_, std::string(run));
    }

    Result<void> delete_run(std::string_view run) override {
        const std::lock_guard lock(memory_->mutex);
        const auto found = memory_->runs.find(run);
        if (found == memory_->runs.end()) {
            return no_such_run(run);
        }
        memory_->runs.erase(found);
        return {};
    }

  private:
    std::shared_ptr<Memory> memory_;
};

bool newer(const MemoryRun* a, const MemoryRun* b) {
    return std::pair(a->info.started_ms, std::string_view(a->info.id)) >
           std::pair(b->info.started_ms, std::string_view(b->info.id));
}

template <class Map>
std::vector<std::string> keys_with_prefix(const Map& map, std::string_view prefix) {
    std::vector<std::string> ids;
    for (auto at = map.lower_bound(prefix); at != map.end() && at->first.starts_with(prefix) && ids.size() < 6; ++at) {
        ids.push_back(at->first);
    }
    return ids;
}

class MemoryRunReader final : public RunReader {
  public:
    explicit MemoryRunReader(std::shared_ptr<Memory> memory) : memory_(std::move(memory)) {}

    Result<std::vector<RunInfo>> runs() override {
        const std::lock_guard lock(memory_->mutex);
        std::vector<RunInfo> out;
        for (const MemoryRun* run : newest_first()) {
            out.push_back(run->info);
        }
        return out;
    }

    Result<RunInfo> run(std::string_view id_prefix) override {
        const std::lock_guard lock(memory_->mutex);
        const Result<const MemoryRun*> found = resolve(id_prefix);
        if (!found) {
            return std::unexpected(found.error());
        }
        return (*found)->info;
    }

    Result<std::vector<ConversationBrief>> briefs(std::string_view run) override {
        return with(run, [](const MemoryRun& found) {
            std::vector<ConversationBrief> out;
            for (const auto& conversation : found.conversations | std::views::values) {
                out.push_back(conversation.brief);
            }
            return out;
        });
    }

    Result<std::vector<std::string>> finished_ids(std::string_view run) override {
        return with(run, [](const MemoryRun& found) {
            std::vector<std::string> out;
            for (const auto& conversation : found.conversations | std::views::values) {
                out.push_back(conversation.brief.id);
            }
            return out;
        });
    }

    Result<std::uint64_t> finished_count(std::string_view run) override {
        return with(run, [](const MemoryRun& found) { return std::uint64_t{found.conversations.size()}; });
    }

    Result<std::vector<JournalEntry>> journal(std::string_view run) override {
        return with(run, [](const MemoryRun& found) {
            std::vector<JournalEntry> out;
            for (const auto& [key, data] : found.journal) {
                if (!found.ordinals.contains(key.first)) {
                    out.push_back({key.first, key.second, data});
                }
            }
            return out;
        });
    }

    // Calls back without the lock, so that the callback may use the store.
    Result<void> records(std::string_view run, const std::function<bool(std::string_view)>& each) override {
        const auto all = with(run, [](const MemoryRun& found) {
            std::vector<std::shared_ptr<const std::string>> out;
            for (const auto& conversation : found.conversations | std::views::values) {
                out.push_back(conversation.record);
            }
            return out;
        });
        if (!all) {
            return std::unexpected(all.error());
        }
        for (const std::shared_ptr<const std::string>& record : *all) {
            if (!each(*record)) {
                break;
            }
        }
        return {};
    }

    Result<Found> find(std::string_view id_prefix, std::string_view run) override {
        const std::lock_guard lock(memory_->mutex);
        std::vector<const MemoryRun*> searched = newest_first();
        if (!run.empty()) {
            const Result<const MemoryRun*> only = resolve(run);
            if (!only) {
                return std::unexpected(only.error());
            }
            searched = {*only};
        }
        for (const MemoryRun* candidate : searched) {
            const std::vector<std::string> ids = keys_with_prefix(candidate->ordinals, id_prefix);
            if (!ids.empty()) {
                return load(*candidate, id_prefix, ids);
            }
        }
        return std::unexpected(only_match("conversation", id_prefix, {}).error());
    }

  private:
    // work(run) under the lock.
    template <class Work>
    auto with(std::string_view run, Work work) -> Result<decltype(work(std::declval<const MemoryRun&>()))> {
        const std::lock_guard lock(memory_->mutex);
        const auto found = memory_->runs.find(run);
        if (found == memory_->runs.end()) {
            return no_such_run(run);
        }
        return work(found->second);
    }

    // The rest expects the lock to be held.
    std::vector<const MemoryRun*> newest_first() const {
        std::vector<const MemoryRun*> out;
        for (const MemoryRun& run : memory_->runs | std::views::values) {
            out.push_back(&run);
        }
        std::ranges::sort(out, newer);
        return out;
    }

    Result<const MemoryRun*> resolve(std::string_view id_prefix) const {
        if (id_prefix == "latest") {
            const std::vector<const MemoryRun*> runs = newest_first();
            return runs.empty() ? Result<const MemoryRun*>(no_runs_yet()) : runs.front();
        }
        const Result<std::string> id = only_match("run", id_prefix, keys_with_prefix(memory_->runs, id_prefix));
        if (!id) {
            return std::unexpected(id.error());
        }
        return &memory_->runs.find(*id)->second;
    }

    static Result<Found> load(const MemoryRun& run, std::string_view prefix, const std::vector<std::string>& ids) {
        const Result<std::string> id = only_match("conversation", prefix, ids);
        if (!id) {
            return std::unexpected(id.error());
        }
        return Found{run.info.id, *run.conversations.at({run.ordinals.at(*id), *id}).record};
    }

    std::shared_ptr<Memory> memory_;
};

}  // namespace

Store open_memory() {
    const auto memory = std::make_shared<Memory>();
    return {std::make_unique<MemoryRunStore>(memory), std::make_unique<MemoryRunReader>(memory)};
}

}  // namespace sosia::storage
