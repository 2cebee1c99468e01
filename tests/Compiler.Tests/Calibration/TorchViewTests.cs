using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MixPrec.Compiler.Calibration;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;
using Xunit;
using static TorchSharp.torch;
using Tensor = MixPrec.Compiler.Graphs.Tensor;

namespace MixPrec.Compiler.Tests.Calibration;

public sealed class TorchViewTests
{
    public TorchViewTests() => NativeDependency.Torch.Require();

    [Fact]
    public void ElementsAreThoseOfTheTensorItself()
    {
        var tensor = Tensor.Create([1, 2, 3, 4, 5, 6f], 2, 3).Reshape([3, 2]);
        var own = new Tensor(ElementType.F32, [2, 2], MemoryMarshal.AsBytes<float>([1, 2, 3, 4]).ToArray());
        using var view = TorchView.FromTensor(own);
        using var other = TorchView.FromTensor(tensor);
        own.Writable<float>()[2] = 30;
        Assert.Equal(30, view[1, 0].item<float>());
        Assert.Equal(22, view.mm(other.t())[0, 2].item<float>() + 5);
        using var integers = TorchView.FromTensor(Tensor.Create([1L << 40, -3L], 2));
        Assert.Equal(ScalarType.Int64, integers.dtype);
        Assert.Equal(1L << 40, integers[0].item<long>());
        using var none = TorchView.FromTensor(Tensor.Zeros(ElementType.F32, 0, 3));
        Assert.Equal([0, 3], none.shape);
    }

    [Fact]
    public void PagesOfAFileAreNotCopied()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        float[] elements = [.. Enumerable.Range(0, 5000).Select(i => (float)i)];
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<float>(elements).ToArray());
        using (var file = MappedFile.Open(path))
        {
            using var view = TorchView.FromTensor(new Tensor(ElementType.F32, [4000], file.Slice(4000, 16000)));
            Assert.Equal(elements[1000..], view.data<float>().ToArray());
            using (var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                RandomAccess.Write(handle, BitConverter.GetBytes(-1f), 4000);
            }

            Assert.Equal(-1, view[0].item<float>());
        }

        File.Delete(path);
    }

    /// <summary>The memory is held as long as any tensor that shares it, and no longer.</summary>
    [Fact]
    public void MemoryIsHeldByWhateverSharesIt()
    {
        var (memory, alias) = AliasOfTwoViews();
        Collect();
        Assert.True(memory.IsAlive);
        Assert.Equal([0, 7f], alias.ToTensor().Span<float>().ToArray());
        alias.Dispose();
        Collect();
        Assert.False(memory.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Memory, TorchSharp.torch.Tensor Alias) AliasOfTwoViews()
    {
        byte[] bytes = new byte[8];
        BitConverter.TryWriteBytes(bytes.AsSpan(4), 7f);
        var tensor = new Tensor(ElementType.F32, [2], bytes);
        using var first = TorchView.FromTensor(tensor);
        using var second = TorchView.FromTensor(tensor);
        return (new WeakReference(bytes), first.alias());
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
