using Xunit;

namespace MixPrec.Experiments.Tests;

public sealed class ResultFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void RowsOfOtherPartsStay()
    {
        ResultFile.Merge(_path, "part,value", ["a,1", "a,2", "b,3"]);
        Assert.Equal(["b,3", "c,4", "a,5"], ResultFile.Merge(_path, "part,value", ["c,4", "a,5"]));
        Assert.Equal(["part,value", "b,3", "c,4", "a,5"], File.ReadAllLines(_path));
    }

    [Fact]
    public void ATableOfOtherColumnsIsReplaced()
    {
        File.WriteAllText(_path, "old\na,1\n");
        Assert.Equal(["b,3"], ResultFile.Merge(_path, "part,value", ["b,3"]));
    }

    public void Dispose() => File.Delete(_path);
}
