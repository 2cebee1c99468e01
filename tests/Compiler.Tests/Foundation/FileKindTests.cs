using MixPrec.Compiler.Data.Npy;
using MixPrec.Compiler.Locking;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Diagnostics;
using Xunit;

namespace MixPrec.Compiler.Tests.Foundation;

/// <summary>
/// In the place of a file somebody may have put anything: pipes that are waited for, devices without an end, links in a circle, links to
/// what is not to be written. Reading each ends in one error, without opening it; writing never follows a link.
/// </summary>
public sealed class FileKindTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mixprec-kinds");

    public static TheoryData<string> Kinds => ["pipe", "link to a pipe", "device", "circle", "link to nothing"];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ReadingEndsInOneError(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes and links in folders");
        foreach (var (name, read) in new (string, Action<string>)[]
        {
            ("net.lock.json", path => LockFile.ReadIfExists(path)),
            ("data.npz", path => ArrayArchive.Read(path)),
            ("net.onnx", path => OnnxModelReader.Read(path, DimensionBindings.None)),
            ("input_0.pb", path => OnnxTestCase.ReadTensor(path)),
        })
        {
            string path = Make(kind, Path.Combine(_folder.FullName, name));
            var error = await Task.Run(() => Record.Exception(() => read(path)), TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.IsType<MixPrecException>(error);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ExternalDataOfAnotherKindIsOneError(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes and links in folders");
        using var model = new Onnx.TinyModel().Input("x", 2).Node("y = Add x w").Output("y");
        model.Proto.Graph.Initializer.Add(new TensorProto
        {
            Name = "w", DataType = 1, Dims = { 2 }, DataLocation = 1,
            ExternalData = { new StringStringEntryProto { Key = "location", Value = "data.bin" } },
        });
        Make(kind, Path.Combine(model.Folder, "data.bin"));
        var error = await Task.Run(() => Record.Exception(() => model.Read()), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal("MXP3003", Assert.IsType<MixPrecException>(error).Description.Id);
    }

    /// <summary>Two links that lead upwards make 2⁴⁰ paths before the system says that there are too many.</summary>
    [Fact]
    public void FoldersInACircleAreCountedOnce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        var inner = _folder.CreateSubdirectory("data").CreateSubdirectory("inner");
        File.WriteAllText(Path.Combine(inner.FullName, "x.npy"), "x");
        File.CreateSymbolicLink(Path.Combine(inner.FullName, "linked.npy"), Path.Combine(inner.FullName, "x.npy"));
        Directory.CreateSymbolicLink(Path.Combine(inner.FullName, "up"), "..");
        Directory.CreateSymbolicLink(Path.Combine(inner.FullName, "again"), "..");
        Assert.Equal(["linked.npy", "x.npy"], InputPath.FilesBelow(Path.Combine(_folder.FullName, "data")).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
        Assert.Equal(64, ContentHash.OfFileOrFolder(Path.Combine(_folder.FullName, "data")).Length);
    }

    /// <summary>Every name that the process could be made to use is a link already; the file that they lead to stays as it was.</summary>
    [Fact]
    public void WritingFollowsNoLink()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        string victim = Path.Combine(_folder.FullName, "victim"), target = Path.Combine(_folder.FullName, "net.lock.json");
        File.WriteAllText(victim, "precious");
        foreach (string name in new[] { target, $"{target}.{Environment.ProcessId}.tmp", $"{target}.tmp",
            Path.Combine(_folder.FullName, $"mixprec.{Environment.ProcessId}.tmp") })
        {
            File.CreateSymbolicLink(name, victim);
        }

        LockFile.At(target).Require();
        LockFile.At(target).Write(file => file.WriteByte((byte)'!'));
        OutputPath.RequireFolder(_folder.FullName);
        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.Equal("!", File.ReadAllText(target));
        Assert.Null(new FileInfo(target).LinkTarget);
        Assert.Throws<IOException>(() => NewFile.Create($"{target}.tmp"));
    }

    private static string Make(string kind, string path)
    {
        switch (kind)
        {
            case "pipe":
                SpecialFile.MakePipe(path);
                break;
            case "link to a pipe":
                SpecialFile.MakePipe(path + ".pipe");
                File.CreateSymbolicLink(path, path + ".pipe");
                break;
            case "device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "circle":
                File.CreateSymbolicLink(path, path + ".other");
                File.CreateSymbolicLink(path + ".other", path);
                break;
            default:
                File.CreateSymbolicLink(path, path + ".nothing");
                break;
        }

        return path;
    }
}
