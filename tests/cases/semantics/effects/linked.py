def write(line: str) -> None:
    print(line)
