using MixPrec.Runtime.Kernels;
using MixPrec.Runtime.Tests.Weights;

namespace MixPrec.Runtime.Tests.Sessions;

/// <summary>What a generated session looks like: y [N, 4] = x [N, 4] + weights [4], through a buffer, N at run time.</summary>
internal sealed class AddSession : ModelSession
{
    private static readonly int[] WeightStrides = [0, 1];
    private static readonly int[] DenseStrides = [4, 1];

    public AddSession(ModelWeights weights, long weightsLength = 16, int threads = 1)
        : base(weights, weightsLength, ports: 2, dimensions: 1) => Threads = threads;

    /// <summary>What happens in the middle of a run.</summary>
    public Action? Between { get; set; }

    public static ModelWeights Weights() =>
        ModelWeights.FromMemory(WeightsFiles.Of([.. new[] { 1f, 2f, 3f, 4f }.SelectMany(BitConverter.GetBytes)]), WeightsFiles.Hash);

    public void Run(ReadOnlySpan<float> x, Span<float> y)
    {
        int n = MixPrec.Runtime.Dimension.FromLength(nameof(x), x.Length, 4);
        RequireLength(nameof(y), y.Length, 4L * n);
        var ports = new Ports(x, y);
        Run(ref ports, [n]);
    }

    protected override long WorkspaceBytes(ReadOnlySpan<int> dimensions)
    {
        var extent = default(WorkspaceExtent);
        extent.Place(0, 4L * dimensions[0], sizeof(float));
        return extent.Bytes;
    }

    protected override void RunSteps()
    {
        int n = Dimension(0);
        Map.Run(default(Identity), Port<float>(0), Buffer<float>(0), 4 * n);
        Between?.Invoke();
        Zip.Run(default(Add), Buffer<float>(0), Weight<float>(0), Port<float>(1), [n, 4], DenseStrides, WeightStrides);
    }

    private ref struct Ports(ReadOnlySpan<float> x, Span<float> y) : IPorts
    {
        private readonly ReadOnlySpan<float> x = x;
        private readonly Span<float> y = y;

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public readonly ref byte this[int index]
        {
            get
            {
                if (index == 0)
                {
                    return ref PortReference.Of(x);
                }

                return ref PortReference.Of(y);
            }
        }
    }
}
