"""`make bench`: one row a measure, beside its peer, both timed in this run."""

from benchmarks import score_responses

if __name__ == "__main__":
    score_responses.main()
