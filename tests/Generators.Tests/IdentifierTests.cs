using MixPrec.Metadata;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Generators.Tests;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData("image", "image")]
    [InlineData("input.1", "input1")]
    [InlineData("Pixel Values", "pixelValues")]
    [InlineData("class", "classValue")]
    [InlineData("\"; } evil(); //", "evil")]
    [InlineData("", "port")]
    [InlineData("变量", "port")]
    [InlineData("784", "port784")]
    [InlineData("/a/b_c:0", "aBC0")]
    public void OfNames(string name, string identifier) => Assert.Equal(identifier, Identifiers.FromName(name, "port"));

    [Fact]
    public void LongNamesThatDifferAtTheirEndStayDifferent()
    {
        string a = Identifiers.FromName(new string('x', 10_000) + "a", "port"),
            b = Identifiers.FromName(new string('x', 10_000) + "b", "port");
        Assert.NotEqual(a, b);
        Assert.InRange(a.Length, 1, Identifiers.MaxLength);
    }

    [Fact]
    public void DuplicatesGetNumbers() =>
        Assert.Equal(["aB", "ab_2", "aB_3", "classValue"],
            Identifiers.Unique(["a.b", "ab", "a b", "class"], "port", Identifiers.NoneTaken()));

    [Theory]
    [InlineData("DigitsNet", true)]
    [InlineData("Über", true)]
    [InlineData("class", false)]
    [InlineData("Run", false)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    public void OfClasses(string name, bool valid) => Assert.Equal(valid, CSharpIdentifier.IsClassName(name));
}
