#include "stats/detail/covering_constructions.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sosia::stats::detail {
namespace {

constexpr int largest_field = 64;

// The prime p with q = p^n, or 0.
int prime_base(int q) {
    for (int p = 2; p <= q; ++p) {
        if (q % p == 0) {
            int rest = q;
            while (rest % p == 0) {
                rest /= p;
            }
            return rest == 1 ? p : 0;
        }
    }
    return 0;
}

std::vector<int> digits(int value, int base, std::size_t n) {
    std::vector<int> out(n, 0);
    for (std::size_t i = 0; i < n; ++i) {
        out[i] = value % base;
        value /= base;
    }
    return out;
}

int number(const std::vector<int>& digits, int base, std::size_t n) {
    int out = 0;
    for (std::size_t i = n; i-- > 0;) {
        out = out * base + digits[i];
    }
    return out;
}

// a*b modulo the monic polynomial x^n + tail, coefficients modulo p.
int polynomial_product(int a, int b, int p, std::size_t n, const std::vector<int>& tail) {
    const std::vector<int> x = digits(a, p, n);
    const std::vector<int> y = digits(b, p, n);
    std::vector<int> z(2 * n, 0);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            z[i + j] = (z[i + j] + x[i] * y[j]) % p;
        }
    }
    for (std::size_t i = 2 * n; i-- > n;) {
        for (std::size_t j = 0; j < n; ++j) {
            z[i - n + j] = (z[i - n + j] + (p - tail[j]) * z[i]) % p;
        }
    }
    return number(z, p, n);
}

// Multiplication table modulo x^n + tail; empty when that polynomial is reducible (a product of non-zeros is zero).
std::vector<int> products(int q, int p, std::size_t n, const std::vector<int>& tail) {
    std::vector<int> table(static_cast<std::size_t>(q) * static_cast<std::size_t>(q), 0);
    for (int a = 1; a < q; ++a) {
        for (int b = 1; b < q; ++b) {
            const int c = polynomial_product(a, b, p, n, tail);
            if (c == 0) {
                return {};
            }
            table[static_cast<std::size_t>(a) * static_cast<std::size_t>(q) + static_cast<std::size_t>(b)] = c;
        }
    }
    return table;
}

int evaluate(const FiniteField& field, const std::vector<int>& coefficients, int at) {
    int value = 0;
    for (std::size_t i = coefficients.size(); i-- > 0;) {
        value = field.add(field.multiply(value, at), coefficients[i]);
    }
    return value;
}

// Parameters by level count, largest first, so that free cells gather in the same columns.
std::vector<std::size_t> by_level(const std::vector<int>& levels) {
    std::vector<std::size_t> order(levels.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return levels[a] != levels[b] ? levels[a] > levels[b] : a < b; });
    return order;
}

// How the pairs of a starter at each cyclic distance fall into the orbits of the group.
class Starter {
  public:
    Starter(int v, std::size_t length, Random& random) : v_(v), cells_(length), seen_((length / 2 + 1) * orbits(), 0) {
        for (int& cell : cells_) {
            cell = static_cast<int>(random.below(static_cast<std::size_t>(v)));
        }
        for (std::size_t d = 1; d <= length / 2; ++d) {
            for (std::size_t i = 0; i < length; ++i) {
                ++at(d, i);
            }
            for (std::size_t o = 0; o + 1 < orbits(); ++o) {
                missing_ += seen_[d * orbits() + o] == 0 ? 1 : 0;
            }
        }
    }
    int missing() const { return missing_; }
    int cell(std::size_t i) const { return cells_[i]; }
    void set(std::size_t i, int value) {
        change_counts(i, -1);
        cells_[i] = value;
        change_counts(i, +1);
    }

  private:
    std::size_t orbits() const { return static_cast<std::size_t>(v_) + 2; }  // v-1 differences, (oo,a), (a,oo), (oo,oo)
    std::size_t orbit(int a, int b) const {
        const int fixed = v_ - 1;
        if (a == fixed || b == fixed) {
            return static_cast<std::size_t>(a == b ? v_ + 1 : a == fixed ? v_ - 1 : v_);
        }
        return static_cast<std::size_t>((b - a + fixed) % fixed);
    }
    int& at(std::size_t d, std::size_t i) {
        return seen_[d * orbits() + orbit(cells_[i], cells_[(i + d) % cells_.size()])];
    }
    void change_counts(std::size_t i, int by) {
        const std::size_t n = cells_.size();
        for (std::size_t d = 1; d <= n / 2; ++d) {
            for (const std::size_t start : {i, (i + n - d) % n}) {
                const std::size_t o = orbit(cells_[start], cells_[(start + d) % n]);
                int& count = seen_[d * orbits() + o];
                const bool was = count > 0;
                count += by;
                // the constant row covers (oo,oo), so that orbit is never missing
                missing_ += o + 1 == orbits() ? 0 : static_cast<int>(was) - static_cast<int>(count > 0);
            }
        }
    }

    int v_;
    std::vector<int> cells_;
    std::vector<int> seen_;
    int missing_ = 0;
};

std::vector<Row> develop(const Starter& starter, int v, std::size_t length) {
    const int fixed = v - 1;
    std::vector<Row> rows{Row(length, fixed)};
    for (std::size_t turn = 0; turn < length; ++turn) {
        for (int shift = 0; shift < fixed; ++shift) {
            Row row(length);
            for (std::size_t c = 0; c < length; ++c) {
                const int cell = starter.cell((c + turn) % length);
                row[c] = cell == fixed ? fixed : (cell + shift) % fixed;
            }
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

}  // namespace

std::optional<FiniteField> FiniteField::make(int q) {
    const int p = q >= 2 && q <= largest_field ? prime_base(q) : 0;
    if (p == 0) {
        return std::nullopt;
    }
    std::size_t n = 0;
    for (int rest = q; rest > 1; rest /= p) {
        ++n;
    }
    FiniteField field;
    field.q_ = q;
    for (int a = 0; a < q; ++a) {
        for (int b = 0; b < q; ++b) {
            std::vector<int> sum = digits(a, p, n);
            const std::vector<int> other = digits(b, p, n);
            for (std::size_t i = 0; i < n; ++i) {
                sum[i] = (sum[i] + other[i]) % p;
            }
            field.sum_.push_back(number(sum, p, n));
        }
    }
    for (int tail = 0; tail < q && field.product_.empty(); ++tail) {
        field.product_ = products(q, p, n, digits(tail, p, n));
    }
    return field;
}

std::optional<std::vector<Row>> orthogonal_array(const std::vector<int>& levels, std::size_t strength,
                                                 std::size_t most_rows) {
    const int most = *std::max_element(levels.begin(), levels.end());
    const int least_q = std::max({2, most, static_cast<int>(std::min<std::size_t>(levels.size(), 1000)) - 1});
    std::optional<FiniteField> field;
    for (int q = least_q; q <= largest_field && !field; ++q) {
        field = FiniteField::make(q);
    }
    if (!field || std::pow(field->size(), strength) > static_cast<double>(most_rows)) {
        return std::nullopt;
    }
    const int q = field->size();
    const std::vector<std::size_t> order = by_level(levels);
    std::size_t count = 1;
    for (std::size_t i = 0; i < strength; ++i) {
        count *= static_cast<std::size_t>(q);
    }
    std::vector<Row> rows;
    for (std::size_t r = 0; r < count; ++r) {
        const std::vector<int> coefficients = digits(static_cast<int>(r), q, strength);
        Row row(levels.size());
        for (std::size_t c = 0; c < row.size(); ++c) {
            const bool infinity = c == static_cast<std::size_t>(q);
            // Relabelled there, so that one row holds the value q-1 everywhere: it goes first when values are dropped.
            const int value =
                infinity ? (coefficients.back() + q - 1) % q : evaluate(*field, coefficients, static_cast<int>(c));
            row[order[c]] = value < levels[order[c]] ? value : any_value;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<Row> binary_pairs(std::size_t parameters) {
    // N rows serve C(N-1, ceil(N/2)) columns: a zero row above all distinct columns with ceil(N/2) ones.
    const auto choose = [](std::size_t n, std::size_t k) {
        double c = 1;
        for (std::size_t i = 0; i < k; ++i) {
            c = c * static_cast<double>(n - i) / static_cast<double>(i + 1);
        }
        return c;
    };
    std::size_t n = 4;
    while (choose(n - 1, (n + 1) / 2) + 0.5 < static_cast<double>(parameters)) {
        ++n;
    }
    std::vector<Row> rows(n, Row(parameters, 0));
    std::vector<int> column(n - 1, 0);
    std::fill(column.end() - static_cast<std::ptrdiff_t>((n + 1) / 2), column.end(), 1);
    for (std::size_t p = 0; p < parameters; ++p) {
        for (std::size_t r = 0; r + 1 < n; ++r) {
            rows[r + 1][p] = column[r];
        }
        std::next_permutation(column.begin(), column.end());
    }
    return rows;
}

std::optional<std::vector<Row>> cyclic_pairs(int v, std::size_t length, std::size_t moves, Random random) {
    Starter starter(v, length, random);
    for (std::size_t i = 0; i < moves && starter.missing() > 0; ++i) {
        const double temperature = 0.7 - 0.5 * static_cast<double>(i) / static_cast<double>(moves);
        const std::size_t at = random.below(length);
        const int old = starter.cell(at);
        const int before = starter.missing();
        starter.set(at, static_cast<int>(random.below(static_cast<std::size_t>(v))));
        const int worse = starter.missing() - before;
        if (worse > 0 && !random.chance(std::exp(-worse / temperature))) {
            starter.set(at, old);
        }
    }
    if (starter.missing() > 0) {
        return std::nullopt;
    }
    return develop(starter, v, length);
}

}  // namespace sosia::stats::detail
