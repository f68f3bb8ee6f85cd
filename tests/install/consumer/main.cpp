// mnemo as a library, as docs/deploy.md shows it.
#include <mnemo/classifier.h>

#include <cstdio>
#include <string>
#include <vector>

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: consumer RUN|MODEL\n");
    return 2;
  }
  mnemo::Classifier classifier = mnemo::Classifier::load(argv[1]);
  const std::vector<std::string> texts = {"A film to remember.", "Broken after two days."};
  for (const mnemo::Prediction& answer : classifier.classify(texts)) {
    std::printf("%s\t%.6f\n", answer.label.c_str(), answer.probability);
  }
} catch (const mnemo::Error& error) {
  std::fprintf(stderr, "consumer: %s\n", error.what());
  return 1;
}
