// The state of one conversation's world: shared documents that nobody writes to, and what this conversation changed.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/world.h"

namespace sosia::world {

namespace detail {
struct Overlay;
}

class Documents {
  public:
    // What was changed up to some moment. Taking one costs a pointer.
    class Snapshot {
        friend class Documents;
        std::shared_ptr<detail::Overlay> own_;  // read only: the world copies before it writes
    };

    explicit Documents(std::shared_ptr<const Collections> base);

    // The document, or null. Stays valid until the next write to this object.
    const boost::json::value* find(std::string_view collection, std::string_view id) const;
    bool has_collection(std::string_view collection) const;
    std::vector<std::string> collections() const;
    std::size_t size(std::string_view collection) const;  // documents there now

    // In the order of the base, then as they were added. `visit` returns false to stop; it must not write.
    using Visit = std::function<bool(std::string_view id, const boost::json::value& document)>;
    void each(std::string_view collection, const Visit& visit) const;

    void put(std::string_view collection, std::string_view id, boost::json::value document);
    bool erase(std::string_view collection, std::string_view id);  // false: was not there
    // 1, 2, 3, ... per name; part of snapshots, not of the changes.
    std::int64_t next(std::string_view counter);

    // What is now becomes the beginning: changes() is empty afterwards. For documents that a scenario adds.
    void begin_here();
    Snapshot snapshot() const;
    void restore(const Snapshot& snapshot);
    // An independent world in the same state; nothing is copied until one of them writes.
    Documents fork() const { return *this; }

    // collection -> id -> the document now, null when it is gone. Only what differs from the beginning; ids sorted.
    boost::json::object changes() const;
    bool changed() const;
    std::uint64_t writes() const { return writes_; }  // put() and erase() so far; restore() does not take them back
    // The inverse of changes(). A malformed record is an Error.
    Result<void> apply(const boost::json::object& changes);
    // The document as it was at the beginning, or null.
    const boost::json::value* original(std::string_view collection, std::string_view id) const;

  private:
    detail::Overlay& own();

    std::shared_ptr<const Collections> base_;
    std::shared_ptr<const detail::Overlay> start_;
    std::shared_ptr<detail::Overlay> own_;  // shared with forks and snapshots until one of them writes
    std::uint64_t writes_ = 0;
};

}  // namespace sosia::world
