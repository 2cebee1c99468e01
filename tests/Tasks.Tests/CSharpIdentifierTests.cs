using MixPrec.Metadata;

namespace MixPrec.Tasks.Tests;

public sealed class CSharpIdentifierTests
{
    [Theory]
    [InlineData("digits", "Digits")]
    [InlineData("fashion-mnist_cnn.v2", "FashionMnistCnnV2")]
    [InlineData("3d model", "_3dModel")]
    [InlineData("class", "Class")]
    [InlineData("größe", "Größe")]
    [InlineData("\"; } evil(); //", "Evil")]
    [InlineData("---", "Model")]
    public void FileNamesBecomeClassNames(string file, string expected)
    {
        Assert.Equal(expected, CSharpIdentifier.FromFileName(file));
        Assert.True(CSharpIdentifier.IsValid(expected));
    }

    [Fact]
    public void ALongFileNameIsCut() => Assert.True(CSharpIdentifier.IsValid(CSharpIdentifier.FromFileName(new string('x', 10_000))));

    [Theory]
    [InlineData("Digits", true)]
    [InlineData("_1", true)]
    [InlineData("class", false)]
    [InlineData("1a", false)]
    [InlineData("a b", false)]
    [InlineData("a;b", false)]
    [InlineData("", false)]
    public void KeywordsAndForeignCharactersAreNoIdentifiers(string text, bool valid) =>
        Assert.Equal(valid, CSharpIdentifier.IsValid(text));

    [Theory]
    [InlineData("My-App.1st.class", "My_App._1st._class")]
    [InlineData("A..B", "A.B")]
    [InlineData("", "")]
    public void RootNamespacesBecomeNamespaces(string root, string expected) =>
        Assert.Equal(expected, CSharpIdentifier.NamespaceFrom(root));
}
