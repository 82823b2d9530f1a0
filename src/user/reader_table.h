// A hash table from words to values: filled once, then asked several times for every word of every message.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sosia::user {

// Good enough and inlined: keys are words of a few letters.
inline std::uint64_t word_hash(std::string_view text) {
    std::uint64_t hash = text.size() * 0x9E3779B97F4A7C15ULL;
    while (!text.empty()) {
        std::uint64_t part = 0;
        const std::size_t bytes = text.size() < sizeof part ? text.size() : sizeof part;
        std::memcpy(&part, text.data(), bytes);
        hash = (hash ^ part) * 0xFF51AFD7ED558CCDULL;
        hash ^= hash >> 32U;
        text.remove_prefix(bytes);
    }
    return hash;
}

template <class T>
class WordTable {
  public:
    // The value of `key`, made when it is not there. The reference holds until the next new key.
    T& operator[](std::string_view key) {
        if (T* found = const_cast<T*>(find(key))) {
            return *found;
        }
        if ((entries_.size() + 1) * 4 > places_.size()) {
            grow();
        }
        entries_.push_back({std::string(key), T{}});
        occupy(static_cast<std::uint32_t>(entries_.size()));
        return entries_.back().value;
    }

    // Null when the key is not there.
    const T* find(std::string_view key) const { return find(key, word_hash(key)); }

    // `hash` is word_hash(key).
    const T* find(std::string_view key, std::uint64_t hash) const {
        if (places_.empty()) {
            return nullptr;
        }
        for (std::size_t at = hash & (places_.size() - 1); places_[at].entry != 0;
             at = (at + 1) & (places_.size() - 1)) {
            if (places_[at].tag == tag_of(hash) && entries_[places_[at].entry - 1].key == key) {
                return &entries_[places_[at].entry - 1].value;
            }
        }
        return nullptr;
    }

    bool contains(std::string_view key) const { return find(key) != nullptr; }

  private:
    struct Entry {
        std::string key;
        T value;
    };
    struct Place {
        std::uint32_t tag = 0;
        std::uint32_t entry = 0;  // 1-based; 0: free
    };

    static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32U); }

    void grow() {
        places_.assign(places_.empty() ? 16 : places_.size() * 2, Place{});
        for (std::uint32_t i = 1; i <= entries_.size(); ++i) {
            occupy(i);
        }
    }

    void occupy(std::uint32_t entry) {
        const std::uint64_t hash = word_hash(entries_[entry - 1].key);
        std::size_t at = hash & (places_.size() - 1);
        while (places_[at].entry != 0) {
            at = (at + 1) & (places_.size() - 1);
        }
        places_[at] = {tag_of(hash), entry};
    }

    std::vector<Entry> entries_;
    std::vector<Place> places_;  // a power of two, at most a quarter full
};

}  // namespace sosia::user
