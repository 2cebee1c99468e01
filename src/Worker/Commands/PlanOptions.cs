using System.Text.RegularExpressions;
using MixPrec.Metadata;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Commands;

/// <summary>The metadata of <c>MixedPrecisionModel</c> as options: <c>ErrorBudget</c> is <c>--error-budget</c>. What is allowed stands in <see cref="ModelMetadata"/>.</summary>
internal static partial class PlanOptions
{
    private static readonly Dictionary<string, (string Value, string Description)> s_words = new()
    {
        ["CalibrationData"] = ("PATH", "samples: .npz whose keys are the inputs (and labels or targets), folder of .npy, or folder of test_data_set_*"),
        ["ValidationData"] = ("PATH", "held-out samples for the check; the last of the calibration data unless given"),
        ["ClassName"] = ("NAME", "the generated class; from the file name unless given"),
        ["Namespace"] = ("NAME", "its namespace"),
        ["Access"] = ("WORD", "internal or public; internal unless given"),
        ["Loss"] = ("WORD", "CrossEntropy, NextToken, Mse, PseudoLabel or Output; by what the data hold unless given"),
        ["ErrorBudget"] = ("NUMBER", "bound on the relative root mean square error of the loss; 0.01 unless given"),
        ["Objective"] = ("WORD", "what is maximised: Time, Macs or Memory; Time unless given"),
        ["ActivationRanges"] = ("WORD", "range of quantized activations: MinMax, Percentile or MseOptimal; MinMax unless given"),
        ["Estimator"] = ("WORD", "how a layer's loss error is estimated: Projected, Fisher or Analytic; Projected unless given"),
        ["MinTop1Agreement"] = ("NUMBER", "least share of held-out samples that keep their class, such as 0.99"),
        ["MaxWeightBytes"] = ("COUNT", "most bytes of packed weights"),
        ["MaxLatencyMicroseconds"] = ("NUMBER", "longest time of one run"),
        ["Precisions"] = ("LIST", "candidates, such as bf16;i8; all unless given"),
        ["KeepFloat"] = ("LIST", "patterns of layers that stay in fp32, such as '/conv1/*;*fc'"),
        ["Pin"] = ("LIST", "layers with the candidate they must have, such as '/conv2/*=i8'"),
        ["TargetIsa"] = ("WORD", "instruction set that this machine must plan for: scalar, vector128, avx2, avxvnni or avx512"),
        ["Dimensions"] = ("LIST", "sizes of named dimensions, such as 'batch=1;sequence=128'"),
        ["Constants"] = ("LIST", "inputs that become constants, such as 'sr=16000;scales=1,0.5'"),
        ["State"] = ("LIST", "inputs that a session keeps, with the outputs they come from, such as 'h_in=h_out;c_in=c_out'"),
        ["Cache"] = ("LIST", "what a session keeps of the tokens before: 'past_*=present_*', or auto for a plain decoder"),
        ["CheckFinite"] = ("WORD", "true: layers in int8 throw where they would read NaN or infinity; false unless given"),
        ["WeightsMode"] = ("WORD", "Auto, Embedded, File or Bytes"),
        ["LockFile"] = ("FILE", "the file of decisions; MODEL.mixprec.lock.json unless given"),
    };

    /// <summary>One option for each metadata, in the order of the table.</summary>
    public static IReadOnlyList<(MetadataRule Rule, CommandOption Option)> All { get; } =
        [.. ModelMetadata.Rules.Select(rule => (rule, new CommandOption(NameOf(rule.Name), s_words[rule.Name].Value, s_words[rule.Name].Description)))];

    /// <summary>Whether a metadata holds a path, which is relative to the current folder.</summary>
    public static bool IsPath(string metadata) => s_words[metadata].Value is "PATH" or "FILE";

    /// <summary><c>MinTop1Agreement</c> → <c>--min-top1-agreement</c>.</summary>
    private static string NameOf(string metadata) => "--" + WordStart().Replace(metadata, "-$0").ToLowerInvariant();

    [GeneratedRegex("(?<=.)[A-Z]")]
    private static partial Regex WordStart();
}
