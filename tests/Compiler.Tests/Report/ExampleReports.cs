using MixPrec.Compiler.Report;
using MixPrec.Compiler.Selection;

namespace MixPrec.Compiler.Tests.Report;

/// <summary>Reports as a small convolutional network gives them.</summary>
internal static class ExampleReports
{
    public static BuildReport Met { get; } = new()
    {
        ClassName = "DigitsNet",
        Model = "digits.onnx",
        Options = [new("ErrorBudget", "0.01"), new("Objective", "Time"), new("Precisions", "bf16;f32;i8;i8a7"),
            new("KeepFloat", "/conv1/*"), new("Pin", "")],
        Machine = "AMD EPYC 9B45, AVX-512, 2 threads",
        Loss = "CrossEntropy",
        CalibrationSamples = 2048,
        HeldOutSamples = 512,
        ErrorBudget = 0.01,
        PredictedError = 0.00712,
        MeasuredError = 0.00768,
        UpperBound95 = 0.00893,
        Top1Agreement = 0.998,
        MinTop1Agreement = 0.99,
        Float32Microseconds = 182.4,
        PredictedMicroseconds = 71.9,
        MeasuredMicroseconds = 68.3,
        Steps =
        [
            new("/conv1/Conv", "DirectConv conv_f32_avx512", "[1, 1, 28, 28] → [1, 16, 28, 28]", 11_500, 112_896, null, 0.06),
            new("/conv2/Conv", "QuantizeU8.FromF32", "", 1_700, null, null, null),
            new("/conv2/Conv", "Conv.U8S8 gemm_u8_s8_i32_6x64_avx512vnni", "[1, 16, 28, 28] → [1, 32, 14, 14]", 28_900, 903_168, null, 0.31),
            new("/pool/MaxPool", "MaxPool.F32", "[1, 64, 14, 14] → [1, 64, 7, 7]", 2_100, null, 60_000, 0.4),
        ],
        Roofs = "fp32 150 GMAC/s, u8 × s8 600",
        Float32WeightBytes = 1_725_000,
        WeightBytes = 489_300,
        Layers =
        [
            new("/conv1/Conv", "Conv", "16×1×3×3", "f32", 0, 0, 112_896, 576, 0) { WhyFloat = "kept by KeepFloat=\"/conv1/*\"" },
            new("/conv2/Conv", "Conv", "32×16×3×3", "i8", 0.46, 62_400, 903_168, 4_900, 1)
            {
                Candidates = [new("bf16", 0.0009), new("i8", 0.0048), new("i8a7", 0.0131)],
            },
            new("/conv3/Conv", "Conv", "64×32×3×3", "i8a7", 0.18, 31_000, 903_168, 18_900, 2),
            new("/fc1/Gemm", "MatMul", "3136×128", "i8", 0.21, 17_100, 401_408, 402_400, 3)
            {
                Overflow = "a sum of 3,136 products of at most 255 × 127 is at most 101,559,360, 4.7 % of what 32 bits hold",
            },
            new("/fc2/Gemm", "MatMul", "128×10", "bf16", 0.15, 210, 1_280, 2_560, 4),
        ],
        Subgraphs =
        [
            new(0, ["/conv1/Conv"], [new("f32", 11_300, 210, 0, true)]) { MeasuredNanoseconds = 11_500 },
            new(1, ["/conv2/Conv"], [new("f32", 92_700, 900, 0, false), new("bf16", 91_900, 1200, 0.0009, false),
                new("i8", 30_300, 320, 0.0048, true), new("i8a7", 31_100, 290, 0.0071, false)])
            {
                MeasuredNanoseconds = 30_600, MeasuredError = 0.0052,
            },
            new(2, ["/conv3/Conv"], [new("f32", 54_200, 400, 0, false), new("i8", 25_900, 300, 0.0028, false),
                new("i8a7", 23_200, 250, 0.003, true)]),
            new(3, ["/fc1/Gemm"], [new("f32", 23_500, 400, 0, false), new("bf16", 13_600, 240, 0.0004, false),
                new("i8", 6_400, 90, 0.0033, true)]),
            new(4, ["/fc2/Gemm"], [new("f32", 640, 20, 0, false), new("bf16", 430, 12, 0.0027, true), new("i8", 410, 15, 0.009, false)]),
        ],
        Solver = new("Optimal", 110_710, 110_710, 0, 1),
        TradeOff = [.. ParetoSweep.Budgets(0.01).Select((b, i) =>
            new ParetoPoint(b, b * 0.9, i switch { < 2 => 9_900, < 4 => 24_000, < 6 => 79_500, < 8 => 110_710, < 10 => 113_900, _ =>
            114_100 }, 1_700_000 - (i * 90_000)))],
        MeasuredPlans =
            [new(0.0091, 0.0094, 0.0098, 0.0121, 114_000, 4, false), new(0.00712, 0.0074, 0.00768, 0.00893, 110_710, 4, true)],
        Baselines = [new("prefix", [.. ParetoSweep.Budgets(0.01).Select((b, i) => new ParetoPoint(b, b * 0.8, 6_000 * i, 1_600_000))])],
        Curve =
        [
            new("fp32", 0, 0, 0, 0, 182.4, 182, 182.4, 1_725_000, 0) { IsOnFront = true },
            new("Time", 0.005, 0.0046, 0.0043, 0.0051, 100, 103, 182.4, 800_000, 3) { IsOnFront = true },
            new("prefix", 0.01, 0.008, 0.0075, 0.0085, 140, 141, 182.4, 900_000, 2),
            new("random", 0.01, 0.009, 0.0081, 0.0092, 120, 118, 182.4, 850_000, 2),
        ],
        Connections = [new(0, 1), new(1, 2), new(1, 3), new(2, 3), new(3, 4)],
        Origins = [new("model", new string('a', 64)), new("MixPrec", "1.0.0")],
        Estimators = [new("Projected", 0.00712), new("Fisher", 0.0062), new("Analytic", 0.0115)],
        Phases = [new("import", 0.08), new("calibrate ranges", 1.9), new("sensitivity", 4.2), new("time", 11.3), new("select", 0.2),
            new("verify", 2.4), new("lower", 0.1)],
    };

    public static BuildReport Missed { get; } = Met with
    {
        Failure = new("MXP2001", "'DigitsNet' misses ErrorBudget 0.0100: best plan 0.0132 (95 % upper bound) on 512 held-out samples. Largest shares: /conv2/Conv i8 46 %."),
        MeasuredError = 0.0096,
        UpperBound95 = 0.0132,
        Warnings = ["The lock file 'digits.mixprec.lock.json' did not match (ErrorBudget was \"0.02\" and is \"0.01\"); the model was calibrated again."],
    };

    /// <summary>A build that ended before it knew anything.</summary>
    public static BuildReport Early { get; } = new() { ClassName = "DigitsNet", Model = "digits.onnx",
        Failure = new("MXP3001", "Node 'x': operator Foo (opset 17) is not supported.") };
}
