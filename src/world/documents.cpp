#include "world/documents.h"

#include <algorithm>
#include <set>
#include <utility>

#include "world/compare.h"

namespace sosia::world {
namespace json = boost::json;

namespace detail {

struct Entry {
    std::shared_ptr<const json::value> document;  // null: deleted
    std::uint32_t order = 0;                      // among those added
};

struct Overlay {
    std::map<std::string, std::map<std::string, Entry, std::less<>>, std::less<>> documents;
    std::map<std::string, std::int64_t, std::less<>> counters;
    std::uint32_t next_order = 0;

    const Entry* find(std::string_view collection, std::string_view id) const {
        const auto in = documents.find(collection);
        if (in == documents.end()) {
            return nullptr;
        }
        const auto found = in->second.find(id);
        return found == in->second.end() ? nullptr : &found->second;
    }
};

}  // namespace detail

namespace {

using detail::Entry;
using detail::Overlay;

json::string_view as_json(std::string_view text) {
    return {text.data(), text.size()};
}

const json::value* in_base(const Collections& base, std::string_view collection, std::string_view id) {
    const auto found = base.find(collection);
    return found == base.end() ? nullptr : found->second.if_contains(as_json(id));
}

// Entries of `overlay` that are not in the base, as they were added.
std::vector<std::pair<std::string_view, const Entry*>> added(const Overlay* overlay, const Collections& base,
                                                             std::string_view collection) {
    std::vector<std::pair<std::string_view, const Entry*>> out;
    if (overlay == nullptr) {
        return out;
    }
    if (const auto in = overlay->documents.find(collection); in != overlay->documents.end()) {
        for (const auto& [id, entry] : in->second) {
            if (in_base(base, collection, id) == nullptr) {
                out.emplace_back(id, &entry);
            }
        }
    }
    std::ranges::sort(out, {}, [](const auto& item) { return item.second->order; });
    return out;
}

}  // namespace

Documents::Documents(std::shared_ptr<const Collections> base) : base_(std::move(base)) {
    if (base_ == nullptr) {
        base_ = std::make_shared<const Collections>();
    }
}

const json::value* Documents::original(std::string_view collection, std::string_view id) const {
    if (start_ != nullptr) {
        if (const Entry* entry = start_->find(collection, id)) {
            return entry->document.get();
        }
    }
    return in_base(*base_, collection, id);
}

const json::value* Documents::find(std::string_view collection, std::string_view id) const {
    if (own_ != nullptr) {
        if (const Entry* entry = own_->find(collection, id)) {
            return entry->document.get();
        }
    }
    return original(collection, id);
}

bool Documents::has_collection(std::string_view collection) const {
    return base_->contains(collection) || (start_ != nullptr && start_->documents.contains(collection)) ||
           (own_ != nullptr && own_->documents.contains(collection));
}

std::vector<std::string> Documents::collections() const {
    std::set<std::string> names;
    for (const auto& [name, documents] : *base_) {
        names.insert(name);
    }
    for (const Overlay* overlay : std::initializer_list<const Overlay*>{start_.get(), own_.get()}) {
        if (overlay != nullptr) {
            for (const auto& [name, documents] : overlay->documents) {
                names.insert(name);
            }
        }
    }
    return {names.begin(), names.end()};
}

std::size_t Documents::size(std::string_view collection) const {
    std::size_t count = 0;
    each(collection, [&count](std::string_view, const json::value&) {
        ++count;
        return true;
    });
    return count;
}

void Documents::each(std::string_view collection, const Visit& visit) const {
    if (const auto in = base_->find(collection); in != base_->end()) {
        for (const auto& [key, original_document] : in->second) {
            const std::string_view id(key.data(), key.size());
            const json::value* now = start_ == nullptr && own_ == nullptr ? &original_document : find(collection, id);
            if (now != nullptr && !visit(id, *now)) {
                return;
            }
        }
    }
    std::set<std::string_view> seen;
    for (const Overlay* overlay : std::initializer_list<const Overlay*>{start_.get(), own_.get()}) {
        for (const auto& [id, entry] : added(overlay, *base_, collection)) {
            const json::value* now = seen.insert(id).second ? find(collection, id) : nullptr;
            if (now != nullptr && !visit(id, *now)) {
                return;
            }
        }
    }
}

// The overlay to write to: this world's alone, copied first when a snapshot or a fork still looks at it.
Overlay& Documents::own() {
    if (own_ == nullptr) {
        own_ = std::make_shared<Overlay>();
    } else if (own_.use_count() > 1) {
        own_ = std::make_shared<Overlay>(*own_);
    }
    return *own_;
}

void Documents::put(std::string_view collection, std::string_view id, json::value document) {
    ++writes_;
    Overlay& overlay = own();
    auto in = overlay.documents.find(collection);
    if (in == overlay.documents.end()) {
        in = overlay.documents.try_emplace(std::string(collection)).first;
    }
    auto document_now = std::make_shared<const json::value>(std::move(document));
    if (const auto found = in->second.find(id); found != in->second.end()) {
        found->second.document = std::move(document_now);
        return;
    }
    in->second.emplace(std::string(id), Entry{std::move(document_now), overlay.next_order++});
}

bool Documents::erase(std::string_view collection, std::string_view id) {
    if (find(collection, id) == nullptr) {
        return false;
    }
    ++writes_;
    Overlay& overlay = own();
    auto& in = overlay.documents[std::string(collection)];
    if (original(collection, id) == nullptr) {
        in.erase(in.find(id));
        return true;
    }
    Entry& entry = in[std::string(id)];
    entry.document = nullptr;
    return true;
}

std::int64_t Documents::next(std::string_view counter) {
    return ++own().counters[std::string(counter)];
}

void Documents::begin_here() {
    if (own_ == nullptr) {
        return;
    }
    auto merged = start_ == nullptr ? std::make_shared<Overlay>() : std::make_shared<Overlay>(*start_);
    for (const auto& [collection, documents] : own_->documents) {
        for (const auto& [id, entry] : documents) {
            Entry& into = merged->documents[collection][id];
            into = {entry.document, merged->next_order + entry.order};
        }
    }
    merged->next_order += own_->next_order;
    start_ = std::move(merged);
    auto rest = std::make_shared<Overlay>();
    rest->counters = own_->counters;
    own_ = std::move(rest);
}

Documents::Snapshot Documents::snapshot() const {
    Snapshot out;
    out.own_ = own_;
    return out;
}

void Documents::restore(const Snapshot& snapshot) {
    own_ = snapshot.own_;
}

json::object Documents::changes() const {
    json::object out;
    if (own_ == nullptr) {
        return out;
    }
    for (const auto& [collection, documents] : own_->documents) {
        json::object changed_here;
        for (const auto& [id, entry] : documents) {
            const json::value* before = original(collection, id);
            const bool same = entry.document == nullptr ? before == nullptr
                                                        : before != nullptr && same_json(*before, *entry.document);
            if (!same) {
                changed_here[id] = entry.document == nullptr ? json::value() : *entry.document;
            }
        }
        if (!changed_here.empty()) {
            out[collection] = std::move(changed_here);
        }
    }
    return out;
}

bool Documents::changed() const {
    return !changes().empty();
}

Result<void> Documents::apply(const json::object& changes) {
    for (const auto& [collection, documents] : changes) {
        const json::object* by_id = documents.if_object();
        if (by_id == nullptr) {
            return fail(ErrorKind::malformed, "changes of a world map collections to documents by id");
        }
        for (const auto& [id, document] : *by_id) {
            if (document.is_null()) {
                erase(collection, id);
            } else {
                put(collection, id, document);
            }
        }
    }
    return {};
}

}  // namespace sosia::world
