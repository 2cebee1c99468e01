using MixPrec.Compiler.Formats;
using MixPrec.Plan;

namespace MixPrec.Compiler.Locking;

/// <summary>
/// Reads the text of a lock file. It comes from a repository and may hold anything: every value is checked before it is used.
/// </summary>
internal static class LockFileReader
{
    private const int MostOptions = 100;
    private const int MostPlans = 1000;

    /// <summary>What version 1 wrote for all candidates, which are no text since.</summary>
    private const string AllPrecisionsOfVersion1 = "bf16;f32;i8;i8-i16;i8a6-i16;i8a7;i8a7+bf16@0;i8a7+bf16@16;i8a7+f32@0;i8a7-i16";

    /// <exception cref="FormatException">The text is no lock file; the message names the place.</exception>
    public static LockFile Parse(string text)
    {
        var root = new JsonMembers(Json.Parse(text), "the file");
        return root.Number("version") switch
        {
            1 => new([Plan(root, "")]),
            2 => new(Plans(root.Members("plans"), plan => Plan(plan, plan.Text("file")))),
            PlanDigest.FirstFileVersion or 4 or LockFile.Version => new(Plans(root.Members("plans"), plan =>
                Plan(plan, plan.Text("file")) with
            {
                EditedFrom = Hash(plan, PlanDigest.Member, optional: true) is var stated && stated == plan.Digest ? null
                    : stated ?? LockedPlan.NoDigest,
            })),
            var version => throw new FormatException(
                FormattableString.Invariant($"it has version {version}, and this MixPrec reads versions 1 to {LockFile.Version}")
                + ": update the package where a newer one wrote the file"),
        };
    }

    /// <summary>The keys in the file are for people and merges: what a plan is for stands in its options.</summary>
    private static LockedPlan[] Plans(JsonMembers members, Func<JsonMembers, LockedPlan> read)
    {
        LockedPlan[] plans = members.Names.Count > MostPlans ? throw members.Error($"at most {MostPlans} plans")
            : [.. members.Names.Select(key => read(members.Members(key)))];
        return plans.GroupBy(p => p.Subject.Key).FirstOrDefault(g => g.Count() > 1) is { Key: var twice }
            ? throw new FormatException($"two plans are for the same model and options, those of {twice}") : plans;
    }

    private static LockedPlan Plan(JsonMembers plan, string file)
    {
        var subject = new LockSubject(Hash(plan, "model")!, Hash(plan, "calibrationData", optional: true),
            Hash(plan, "validationData", optional: true), Options(plan.Members("options")))
        {
            ModelName = file,
            TimingHash = Hash(plan, LockSubject.TimingMember, optional: true),
        };
        var layers = plan.List("layers").Select((layer, i) => Layer(new JsonMembers(layer, $"layer {i}"))).ToArray();
        return layers.GroupBy(l => l.Name).FirstOrDefault(g => g.Count() > 1) is { Key: var twice }
            ? throw new FormatException($"two layers are named '{Onnx.PrintableName.Format(twice)}'")
            : new LockedPlan(subject, plan.Text("loss"), plan.Text("estimator"), Adjusted(layers, plan), Numbers(plan.Members("numbers")));
    }

    /// <summary>The layers with what the plan adjusts about them.</summary>
    private static IReadOnlyList<LockedLayer> Adjusted(LockedLayer[] layers, JsonMembers plan)
    {
        if (plan.IsNull("adjustments"))
        {
            return layers;
        }

        var places = layers.Index().ToDictionary(l => l.Item.Name, l => l.Index);
        foreach (var adjustment in plan.List("adjustments").Select((a, i) => new JsonMembers(a, $"adjustment {i}")))
        {
            if (!places.Remove(adjustment.Text("name"), out int place))
            {
                throw adjustment.Error("the name of a layer that is adjusted once");
            }

            layers[place] = layers[place] with
            {
                BiasCorrection = adjustment.IsNull("biasCorrection") ? null
                    : AdjustmentText.ParseCorrection(adjustment.Text("biasCorrection"))
                        ?? throw adjustment.Error("finite numbers in base 64 as 'biasCorrection'"),
                Channels = adjustment.IsNull("channels") ? null : AdjustmentText.ParseExponents(adjustment.Text("channels"))
                    ?? throw adjustment.Error("exponents from -64 to 64 in base 64 as 'channels'"),
                Shift = adjustment.IsNull("shift") ? null : AdjustmentText.ParseShift(adjustment.Text("shift"))
                    ?? throw adjustment.Error("factors and terms in base 64 as 'shift'"),
                Rounding = adjustment.IsNull("rounding") ? null
                    : AdjustmentText.ParseRounding(adjustment.Text("rounding"), adjustment.Count("weights"))
                        ?? throw adjustment.Error("one step for each of 'weights' in base 64 as 'rounding'"),
            };
        }

        return layers;
    }

    private static KeyValuePair<string, string>[] Options(JsonMembers options) =>
        options.Names.Count > MostOptions ? throw options.Error($"at most {MostOptions} members")
            : [.. options.Names.Select(n => KeyValuePair.Create(n, options.Text(n)))
            .Where(o => o.Value.Length > 0 && (o.Key, o.Value) != ("Precisions", AllPrecisionsOfVersion1))];

    private static LockedNumbers Numbers(JsonMembers numbers) => new(
        numbers.NumberOrNaN("predictedError"), numbers.NumberOrNaN("measuredError"), numbers.NumberOrNaN("upperBound95"),
            numbers.Count("heldOutSamples"),
        numbers.NumberOrNaN("float32Microseconds"), numbers.NumberOrNaN("predictedMicroseconds"),
            numbers.NumberOrNaN("measuredMicroseconds"), numbers.Text("machine"));

    private static LockedLayer Layer(JsonMembers layer)
    {
        string id = layer.Text("precision");
        var precision = PrecisionConfig.All.FirstOrDefault(p => p.Id == id)
            ?? throw layer.Error($"a precision among {string.Join(", ", PrecisionConfig.All)}");
        var (range, rhsRange) = (Range(layer, "range"), Range(layer, "rhsRange"));
        return precision.NeedsRange && range is null
            ? throw layer.Error($"a range, which {precision} needs,")
            : new LockedLayer(layer.Text("name"), layer.Text("operator"), precision, range, layer.NumberOrNaN("lossError"),
                layer.NumberOrNaN("gainMicroseconds"), rhsRange);
    }

    private static ActivationRange? Range(JsonMembers layer, string name) =>
        layer.IsNull(name) ? null : layer.List(name) is [double lowest, double highest] && float.IsFinite((float)lowest)
            && float.IsFinite((float)highest) && lowest <= 0 && highest >= 0
            ? new ActivationRange((float)lowest, (float)highest)
            : throw layer.Error($"as '{name}' a range [lowest, highest] of finite numbers around 0");

    private static string? Hash(JsonMembers members, string name, bool optional = false)
    {
        if (optional && members.IsNull(name))
        {
            return null;
        }

        string hash = members.Text(name);
        return hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower) ? hash : throw members.Error($"64 hexadecimal digits as '{name}'");
    }
}
