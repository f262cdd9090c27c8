def slow_count():
    return sum(1 for _ in range(10**8))
