using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Onnx.Proto;
using MixPrec.Compiler.Tests.Onnx;
using MixPrec.Plan;

namespace MixPrec.Compiler.Tests.Operators;

/// <summary>A typical node of every operator, and forms of some that are refused.</summary>
internal static class OperatorSamples
{
    /// <summary>Operators that later opsets no longer have.</summary>
    private static readonly Dictionary<string, int> LastOpsets = new() { ["Scatter"] = 10, ["Upsample"] = 9 };

    private static readonly string[] Lines =
    [
        "y = Abs x[n,m]",
        "y = Acos x[n,m]",
        "y = Acosh x[n,m]",
        "y = Add a[n,m] b[m]",
        "y = AffineGrid theta[n,2,3] size(2,1,6,7)",
        "y = And a[n,m] b[m]",
        "y = ArgMax x[n,m] axis=1",
        "y = ArgMin x[n,m] axis=1",
        "y = Asin x[n,m]",
        "y = Asinh x[n,m]",
        "y = Atan x[n,m]",
        "y = Atanh x[n,m]",
        "y = Attention q[n,4,h,8] k[n,2,w,8] v[n,2,w,8] is_causal=1",
        "y = AveragePool x[n,c,h,w] kernel_shape=[2,2]",
        "y = BatchNormalization x[n,4,h,w] scale{4} bias{4} mean{4} variance{4}",
        "y = BitShift a[n,m] b[m] direction=LEFT",
        "y = BitwiseAnd a[n,m] b[m]",
        "y = BitwiseNot x[n,m]",
        "y = BitwiseOr a[n,m] b[m]",
        "y = BitwiseXor a[n,m] b[m]",
        "y = BlackmanWindow size#8",
        "y = Cast x[n,m] to=1",
        "y = CastLike x[n,m] like:F32[n]",
        "y = Ceil x[n,m]",
        "y = Celu x[n,m]",
        "y = CenterCropPad x[n,h,w] shape(3) axes=[1]",
        "y = Clip x[n,m] low{} high{}",
        "y = Col2Im x[n,8,m] image(2,4) block(2,2)",
        "y = Compress x[n,m] condition:Bool[m] axis=1",
        "y = Concat a[n,m] b[n,k] axis=1",
        "y = Constant value_ints=[1,2]",
        "y = ConstantOfShape shape(2,3)",
        "y = Conv x[n,4,h,w] w{8,4,3,3}",
        "y = ConvInteger x[n,4,h,w] w{8,4,3,3}",
        "y = ConvTranspose x[n,4,h,w] w{4,8,3,3} strides=[2,2]",
        "y = Cos x[n,m]",
        "y = Cosh x[n,m]",
        "y = CumSum x[n,m] axis#1",
        "y = DFT x[n,8,1]",
        "y = DeformConv x[n,4,h,w] w{8,4,3,3} offset[n,18,h,w] pads=[1,1,1,1]",
        "y = DepthToSpace x[n,8,h,w] blocksize=2",
        "y = DequantizeLinear x[n,m] scale:F32{} zero{}",
        "y = Det x[n,3,3]",
        "y = Div a[n,m] b[m]",
        "y = Dropout x[n,m]",
        "y s z = DynamicQuantizeLinear x[n,m]",
        "y = Einsum x[n,m,8] w{8,16} equation=bij,jk->bik",
        "y = Elu x[n,m]",
        "y = Equal a[n,m] b[m]",
        "y = Erf x[n,m]",
        "y = Exp x[n,m]",
        "y = Expand x[n,1] shape(2,3)",
        "y = EyeLike x[n,m]",
        "y = Flatten x[n,c,h]",
        "y = Floor x[n,m]",
        "y = GRU x[k,n,4] w{1,9,4} r{1,9,3} b{1,18} hidden_size=3",
        "y = Gather x[n,m] indices:I64[k] axis=1",
        "y = GatherElements x[n,m] indices:I64[n,k] axis=1",
        "y = GatherND x[n,m] indices:I64[k,1]",
        "y = Gelu x[n,m]",
        "y = Gemm x[n,4] w{4,8} b{8}",
        "y = GlobalAveragePool x[n,c,h,w]",
        "y = GlobalLpPool x[n,c,h,w]",
        "y = GlobalMaxPool x[n,c,h,w]",
        "y = Greater a[n,m] b[m]",
        "y = GreaterOrEqual a[n,m] b[m]",
        "y = GridSample x[n,c,h,w] grid[n,k,m,2]",
        "y = GroupNormalization x[n,4,h,w] scale{4} bias{4} num_groups=2",
        "y = HammingWindow size#8",
        "y = HannWindow size#8",
        "y = HardSigmoid x[n,m]",
        "y = HardSwish x[n,m]",
        "y = Hardmax x[n,m]",
        "y = Identity x[n,m]",
        "y = InstanceNormalization x[n,4,h,w] scale{4} bias{4}",
        "y = IsInf x[n,m]",
        "y = IsNaN x[n,m]",
        "y = LRN x[n,c,h,w] size=3",
        "y = LSTM x[k,n,4] w{1,12,4} r{1,12,3} b{1,24} hidden_size=3",
        "y = LayerNormalization x[n,m,8] scale{8} bias{8}",
        "y = LeakyRelu x[n,m]",
        "y = Less a[n,m] b[m]",
        "y = LessOrEqual a[n,m] b[m]",
        "y = Log x[n,m]",
        "y = LogSoftmax x[n,m]",
        "y = LpNormalization x[n,m]",
        "y = LpPool x[n,c,h,w] kernel_shape=[2,2]",
        "y = MatMul x[n,m,8] w{8,16}",
        "y = MatMulInteger a[n,8] b[8,m]",
        "y = Max a[n,m] b[m]",
        "y = MaxPool x[n,c,h,w] kernel_shape=[2,2]",
        "y = MaxUnpool x[n,c,h,w] i:I64[n,c,h,w] kernel_shape=[2,2] strides=[2,2]",
        "y = Mean a[n,m] b[m]",
        "y = MeanVarianceNormalization x[n,c,h,w]",
        "y = MelWeightMatrix bands#4 length#16 rate#8000 low:F32{} high:F32{}",
        "y = Min a[n,m] b[m]",
        "y = Mish x[n,m]",
        "y = Mod a[n,m] b[m]",
        "y = Mul a[n,m] b[m]",
        "y = Neg x[n,m]",
        "y = NonMaxSuppression boxes[n,k,4] scores[n,m,k]",
        "y = NonZero x[n,m]",
        "y = Not x[n,m]",
        "y = OneHot indices:I64[n] depth#5 values[2]",
        "y = OptionalHasElement x[n,m]",
        "y = Or a[n,m] b[m]",
        "y = PRelu x[n,m] slope{3}",
        "y = Pad x[n,m] pads(0,1,0,2)",
        "y = Pow x[n,m] exponent[m]",
        "y = QLinearConv x[n,4,h,w] xs:F32{} xz{} w{8,4,3,3} ws:F32{} wz{} ys:F32{} yz{}",
        "y = QLinearMatMul a[n,8] as:F32{} az{} b{8,4} bs:F32{} bz{} ys:F32{} yz{}",
        "y = QuantizeLinear x[n,m] scale:F32{} zero:U8{}",
        "y = RMSNormalization x[n,m,8] scale{8}",
        "y = RNN x[k,n,4] w{1,3,4} r{1,3,3} b{1,6} hidden_size=3",
        "y = Range start{} limit{} step{}",
        "y = Reciprocal x[n,m]",
        "y = ReduceL1 x[n,m,k] axes(1)",
        "y = ReduceL2 x[n,m,k] axes(1)",
        "y = ReduceLogSum x[n,m,k] axes(1)",
        "y = ReduceLogSumExp x[n,m,k] axes(1)",
        "y = ReduceMax x[n,m,k] axes(1)",
        "y = ReduceMean x[n,m,k] axes(1)",
        "y = ReduceMin x[n,m,k] axes(1)",
        "y = ReduceProd x[n,m,k] axes(1)",
        "y = ReduceSum x[n,m,k] axes(1)",
        "y = ReduceSumSquare x[n,m,k] axes(1)",
        "y = Relu x[n,m]",
        "y = Reshape x[n,m,4] shape(0,-1)",
        "y = Resize x[n,c,h,w] _ _ sizes(2,4,12,14) mode=nearest",
        "y = ReverseSequence x[k,n,m] lengths:I64[n]",
        "y = RoiAlign x[n,c,h,w] rois[k,4] batch:I64[k]",
        "y = RotaryEmbedding x[n,m,h,8] cos[n,h,4] sin[n,h,4]",
        "y = Round x[n,m]",
        "y = STFT signal[n,16,1] step#4 window{8}",
        "y = Scatter x[n,m] indices:I64[n,m] updates[n,m] axis=1",
        "y = ScatterElements x[n,m] indices:I64[n,m] updates[n,m] axis=1",
        "y = ScatterND x[n,m] indices:I64[k,1] updates[k,m]",
        "y = Selu x[n,m]",
        "y = Shape x[n,m]",
        "y = Shrink x[n,m]",
        "y = Sigmoid x[n,m]",
        "y = Sign x[n,m]",
        "y = Sin x[n,m]",
        "y = Sinh x[n,m]",
        "y = Size x[n,m]",
        "y = Slice x[n,m] starts(0) ends(2) axes(1)",
        "y = Softmax x[n,m]",
        "y = Softplus x[n,m]",
        "y = Softsign x[n,m]",
        "y = SpaceToDepth x[n,c,6,8] blocksize=2",
        "y z = Split x[n,m,c] axis=2 num_outputs=2",
        "y = Sqrt x[n,m]",
        "y = Squeeze x[n,1,m] axes(1)",
        "y = Sub a[n,m] b[m]",
        "y = Sum a[n,m] b[m]",
        "y = Swish x[n,m]",
        "y = Tan x[n,m]",
        "y = Tanh x[n,m]",
        "y = TensorScatter cache[n,h,4] update[n,k,4] at:I64[n]",
        "y = ThresholdedRelu x[n,m]",
        "y = Tile x[n,m] repeats(1,2)",
        "y z = TopK x[n,m] k(2)",
        "y = Transpose x[n,m,k] perm=[2,0,1]",
        "y = Trilu x[n,m,k]",
        "y z = Unique x[n,m] axis=1",
        "y = Unsqueeze x[n,m] axes(1)",
        "y = Upsample x[n,c,h,w] scales:F32{4} mode=nearest",
        "y = Where condition:Bool[n,m] a[n,m] b[m]",
        "y = Xor a[n,m] b[m]",
    ];

    private static readonly string[] RefusedLines =
    [
        "y = Attention q[2,4,3,8] k[2,4,3,8] v[2,4,3,8] _ _ _ lengths:I64[2] is_causal=1",
        "y = BatchNormalization x[2,4] scale{4} bias{4} mean{4} variance{4} training_mode=1",
        "y = Conv x[1,1,4,4,4,4] w{1,1,2,2,2,2}",
        "y = Conv x[1,1,h,w] w{1,1,3,3} auto_pad=SAME_UPPER strides=[2,2]",
        "y = DFT x[2,8,2] inverse=1",
        "y = DFT x[2,m,1]",
        "y = Det x[5,5]",
        "y = Dropout x[2] ratio:F32{} training:Bool{}",
        "y = Expand x[2] shape:I64[1]",
        "y = LpPool x[1,1,5] kernel_shape=[2] ceil_mode=1",
        "y = OneHot indices:I64[2] depth:I64[] values[2]",
        "y = Pad x[2] pads:I64[2]",
        "y = Range start:I64[] limit:I64[] step:I64[]",
        "y = Reshape x[2] shape:I64[2]",
        "y = Resize x[1,1,h,w] _ scales:F32[4] mode=linear",
        "y = STFT signal[2,m,1] step#4 window{8}",
        "y = Slice x[2] starts:I64[1] ends:I64[1]",
        "y z = Split x[m] num_outputs=2",
        "y = Tile x[2] repeats:I64[1]",
    ];

    /// <summary>By operator, in the order of the names.</summary>
    public static IReadOnlyDictionary<string, OperatorSample> Typical { get; } =
        Lines.Select(Of).Concat(WithBodies()).OrderBy(Operator, StringComparer.Ordinal).ToDictionary(Operator);

    public static ILookup<string, OperatorSample> Refused { get; } = RefusedLines.Select(Of).ToLookup(Operator);

    private static string Operator(OperatorSample sample) => sample.Line.Split(" = ")[1].Split(' ')[0];

    private static OperatorSample Of(string line)
    {
        var sample = new OperatorSample(line, OnnxModelReader.NewestOpset);
        return LastOpsets.TryGetValue(Operator(sample), out int opset) ? sample with { Opset = opset } : sample;
    }

    private static IEnumerable<OperatorSample> WithBodies() =>
    [
        new("y = If condition:Bool[] &x[n,m]", OnnxModelReader.NewestOpset, Body("then_branch", b => b.Node("t = Identity x").Output("t")),
            Body("else_branch", b => b.Node("e = Identity x").Output("e"))),
        new("y = Loop times#3 _ x[n,m]", OnnxModelReader.NewestOpset, Body("body", b => b
            .Input("i", ElementType.I64).Input("goes", ElementType.Bool).Input("v", 2).Node("on = Identity goes").Node("w = Identity v")
                .Output("on").Output("w"))),
        new("y z = Scan state[m] x[4,m] num_scan_inputs=1", OnnxModelReader.NewestOpset, Body("body", b => b
            .Input("s", 2).Input("v", 2).Node("t = Identity v").Node("p = Identity s").Output("t").Output("p"))),
    ];

    private static AttributeProto Body(string name, Func<TinyModel, TinyModel> content)
    {
        using var model = new TinyModel();
        return new AttributeProto { Name = name, Type = 5, G = content(model).Proto.Graph };
    }
}
