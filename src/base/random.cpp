#include "base/random.h"

#include <cmath>
#include <numbers>

#include "base/hash.h"

namespace sosia {
namespace {

// Finaliser of SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

constexpr std::uint64_t golden_gamma = 0x9E3779B97F4A7C15ULL;

}  // namespace

Random::Random(std::uint64_t seed, std::string_view purpose) : key_(mix(hash64(purpose, seed) + golden_gamma)) {}

Random Random::derive(std::string_view purpose) const {
    return Random(key_, purpose);
}

Random Random::derive(std::uint64_t index) const {
    Random child(*this);
    child.key_ = mix(key_ ^ mix(index + golden_gamma));
    child.counter_ = 0;
    return child;
}

std::uint64_t Random::next() {
    return mix(key_ + golden_gamma * ++counter_);
}

double Random::uniform() {
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

bool Random::chance(double probability) {
    return uniform() < probability;
}

std::size_t Random::below(std::size_t n) {
    // Multiply-shift; the bias is below 2^-32 for every n used here.
    return static_cast<std::size_t>((static_cast<unsigned __int128>(next()) * n) >> 64);
}

double Random::normal() {
    const double u = 1.0 - uniform();
    const double v = uniform();
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

std::size_t Random::weighted(std::span<const double> weights) {
    double total = 0;
    for (const double w : weights) {
        total += w;
    }
    double left = uniform() * total;
    for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
        if (left < weights[i]) {
            return i;
        }
        left -= weights[i];
    }
    return weights.size() - 1;
}

}  // namespace sosia
