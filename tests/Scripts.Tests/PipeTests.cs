namespace MixPrec.Scripts.Tests;

/// <summary>
/// Under <c>pipefail</c> a reader that stops early makes its writer die of SIGPIPE, and the script end with 141, whenever the writer is
/// still writing: once in five runs for a list that does not fit a pipe's buffer at once. So a pipe may only end in a program that is known
/// to read everything.
/// </summary>
public sealed class PipeTests
{
    public static TheoryData<string> Scripts => [.. Repository.Scripts];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void EveryPipeIsReadToItsEnd(string script) =>
        Assert.Empty(ShellPipes.EarlyReaders(File.ReadAllText(Path.Combine(Repository.Root, script))));

    [Fact]
    public void TheScriptsAreFound() => Assert.Superset(
        new HashSet<string> { "demo.sh", "test.sh", "prerequisites.sh", ".ci/run", "benchmarks/run.sh", "benchmarks/models.sh",
            "benchmarks/big.sh" }, Repository.Scripts.ToHashSet());

    [Theory]
    [InlineData("library=$({ ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | awk '/x86-64/ { print $NF; exit }')", "awk")]
    [InlineData("grep -oE 'a|b' file |\n  head -n 1", "head")]
    [InlineData("ldconfig -p | grep -q libgomp", "grep")]
    [InlineData("ldconfig -p | grep -E -m1 libgomp", "grep")]
    [InlineData("echo \"it's $(ldconfig -p | head -1)\"", "head")]
    [InlineData("ls | sed 5q", "sed")]
    [InlineData("ls | while read -r a; do break; done", "while")]
    [InlineData("ls |& less", "less")]
    [InlineData("cat > a <<'END'\nls | sort\nEND\nls | head -1", "head")]
    public void AReaderThatStopsEarlyIsRefused(string script, string reader) =>
        Assert.StartsWith(reader, Assert.Single(ShellPipes.EarlyReaders(script)), StringComparison.Ordinal);

    [Theory]
    [InlineData("a || head -n 1 file")]
    [InlineData("# ldconfig -p | head")]
    [InlineData("cat > a.cs <<'END'\nint b = 1 | 2;\nEND\nls")]
    [InlineData("case $x in\n  1 | [yY]) ;;\nesac")]
    [InlineData("grep -E 'a|head' file | tail -n 1")]
    [InlineData("dotnet test 2>&1 | tee log")]
    [InlineData("awk '/a/ || /b/ { print | \"sort\" }' file")]
    [InlineData("echo 'it is' \"quoted's\" # | head")]
    [InlineData("echo \"| $1 | $(ls | sort) |\"")]
    public void OtherBarsAreNot(string script) => Assert.Empty(ShellPipes.EarlyReaders(script));
}
