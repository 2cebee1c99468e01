using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Options;
using Xunit;

namespace MixPrec.Compiler.Tests.Locking;

/// <summary>Files that are none, and places where none can be.</summary>
public sealed class LockFileDamageTests : LockFileFolder
{
    [Theory]
    [InlineData("", "it is empty")]
    [InlineData(" ", "line 1, column 2")]
    [InlineData("[]", "the file is no JSON object")]
    [InlineData("{\"version\": 6}", "version 6, and this MixPrec reads versions 1 to 5")]
    [InlineData("{\"version\": 2, \"plans\": []}", "plans is no JSON object")]
    [InlineData("<<<<<<< HEAD", "line 1 is a mark of a merge conflict; keep the plans of both sides")]
    [InlineData("{\n  \"version\": 3,\r\n=======\r\n}", "line 3 is a mark of a merge conflict")]
    [InlineData("{ \"a\": 1,\n>>>>>>> theirs\n}", "line 2 is a mark of a merge conflict")]
    [InlineData("{\n  \"======= no\": 1", "line 2, column ")]
    public void TextThatIsNoLockFileIsRefused(string text, string reason) => Refused(text, reason);

    [Theory]
    [InlineData("\"i8\"", "\"i4\"",
        "a precision among f32, bf16, bf16a16, f16, i8, i8a7, i8-i16, i8a7-i16, i8a6-i16, i8a8r, e4m3, e5m2, "
        + "i4g32, i4g32a8, i4g64, i4g64a8, i4g128, i4g128a8, "
        + "mxfp4, nvfp4, i8a7+f32@0, i8a7+bf16@0, i8a7+bf16@16 expected")]
    [InlineData("[0, 0.10000000149011612]", "null", "a range, which i8 needs, expected")]
    [InlineData("[0, 0.10000000149011612]", "[0, 1e999]", "finite numbers around 0")]
    [InlineData("[0, 0.10000000149011612]", "[1, 2]", "finite numbers around 0")]
    [InlineData("[0, 0.10000000149011612]", "[0, \"1\"]", "finite numbers around 0")]
    [InlineData("\"name\": \"a\"", "\"name\": 1", "layer 0: text as 'name' expected")]
    [InlineData("\"heldOutSamples\": 512", "\"heldOutSamples\": -1", "a count as 'heldOutSamples'")]
    [InlineData("\"layers\": [", "\"layers\": [ 1,", "layer 0 is no JSON object")]
    [InlineData("\"model\": \"", "\"model\": \"../", "64 hexadecimal digits as 'model'")]
    [InlineData("\"digest\": \"", "\"digest\": \"../", "64 hexadecimal digits as 'digest'")]
    public void DamagedValuesAreRefused(string from, string to, string reason) =>
        Refused(Format(Example()).Replace(from, to, StringComparison.Ordinal), reason);

    [Fact]
    public void EveryTruncationIsRefusedInOneLine()
    {
        string text = Format(Example());
        for (int length = 0; length < text.Length - 2; length++)
        {
            Assert.Throws<FormatException>(() => LockFileReader.Parse(text[..length]));
        }
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("{", "")]
    [InlineData("{ \"version\": 6, \"plans\": {} }", "update the package")]
    public void AnUnreadableFileSaysWhatToDo(string text, string reason)
    {
        Refused(text, reason);
        Refused(text, "or delete it and plan again");
    }

    [Fact]
    public void AFolderThatDoesNotExistIsMadeAndOneThatCannotBeIsSaid()
    {
        LockFile.At(At("new/net.lock.json")).Require();
        Assert.Empty(Directory.GetFiles(At("new")));
        File.WriteAllText(At("file"), "");
        foreach (var (path, code) in new[] { ("new", "MXP1041"), ("file/net.lock.json", "MXP1021"), ("nosuch/net.lock.json/x", "MXP1021") })
        {
            Assert.Equal(code, Assert.Throws<MixPrecException>(LockFile.At(At(path)).Require).Description.Id);
        }

        Assert.False(Directory.Exists(At("nosuch")));
        Assert.Equal("MXP1041", Assert.Throws<MixPrecException>(() => LockFile.ReadIfExists(At("new"))).Description.Id);
    }

    /// <summary>The name under which it is written says nothing to anybody.</summary>
    [Fact]
    public void AFileThatCannotBeReplacedIsNamedAndNothingIsLeftBeside()
    {
        Directory.CreateDirectory(At("net.lock.json"));
        var error = Assert.Throws<MixPrecException>(() => LockFile.At(At("net.lock.json")).Write(file => file.WriteByte(1)));
        Assert.Equal("MXP1021", error.Description.Id);
        Assert.DoesNotContain(".tmp", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder, "*.tmp"));
    }
}
