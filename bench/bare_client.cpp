// The least a client can spend: libcurl's multi interface alone, keep-alive, POST, body thrown away. Sends 4 KB, or the
// lines of a file in turn. Prints CPU microseconds a request.
#include <curl/curl.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

std::size_t discard(char*, std::size_t size, std::size_t n, void*) {
    return size * n;
}

double cpu_us() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto us = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
    };
    return us(usage.ru_utime) + us(usage.ru_stime);
}

std::vector<std::string> lines_of(const char* file) {
    std::vector<std::string> out;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        out.push_back(line);
    }
    if (out.empty()) {
        std::fprintf(stderr, "%s holds no lines\n", file);
        std::exit(2);
    }
    return out;
}

void set_body(CURL* easy, const std::vector<std::string>& bodies, long number) {
    const std::string& body = bodies[static_cast<std::size_t>(number) % bodies.size()];
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fprintf(stderr, "usage: bare_client URL REQUESTS AT_ONCE [BODIES]\n");
        return 2;
    }
    const long requests = std::atol(argv[2]);
    const long at_once = std::atol(argv[3]);
    const std::vector<std::string> bodies = argc > 4 ? lines_of(argv[4]) : std::vector{std::string(4096, 'x')};
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM* multi = curl_multi_init();
    curl_slist* headers = curl_slist_append(nullptr, "Expect:");
    std::vector<CURL*> handles;
    for (long i = 0; i < at_once; ++i) {
        CURL* easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
        set_body(easy, bodies, i);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_multi_add_handle(multi, easy);
        handles.push_back(easy);
    }
    const double before = cpu_us();
    long started = at_once;
    long done = 0;
    int running = 1;
    while (done < requests) {
        curl_multi_perform(multi, &running);
        int left = 0;
        while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
            if (message->msg != CURLMSG_DONE) {
                continue;
            }
            ++done;
            CURL* easy = message->easy_handle;
            curl_multi_remove_handle(multi, easy);
            if (started < requests) {
                set_body(easy, bodies, started++);
                curl_multi_add_handle(multi, easy);
            }
        }
        curl_multi_poll(multi, nullptr, 0, 100, nullptr);
    }
    std::printf("%.2f\n", (cpu_us() - before) / static_cast<double>(requests));
    for (CURL* easy : handles) {
        curl_easy_cleanup(easy);
    }
    curl_slist_free_all(headers);
    curl_multi_cleanup(multi);
}
