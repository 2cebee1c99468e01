using MixPrec.Compiler.Formats;
using MixPrec.Plan;

namespace MixPrec.Compiler.Timing;

/// <summary>Reads the text of a timing table. It may hold anything: every value is checked before it is used.</summary>
internal static class TimingFileReader
{
    private const int MostNetworks = 1000;
    private const int MostParts = 100_000;
    private const int MostConfigurations = 10_000;

    /// <summary>A day: nothing that is timed while a project builds takes as long.</summary>
    private const double LongestNanoseconds = 86_400e9;

    /// <exception cref="FormatException">The text is no timing table; the message names the place.</exception>
    public static TimingFile Parse(string text)
    {
        var root = new JsonMembers(Json.Parse(text), "the file");
        if (root.Number("version") is var version && version != TimingFile.Version)
        {
            throw new FormatException(FormattableString.Invariant(
                $"it has version {version}, and this MixPrec reads version {TimingFile.Version}"));
        }

        var networks = root.Members("networks");
        return networks.Names.Count > MostNetworks ? throw networks.Error($"at most {MostNetworks} networks")
            : new(Machine(root.Members("machine")), networks.Names.ToDictionary(key => key, key => Network(networks.Members(key))));
    }

    private static TimingMachine Machine(JsonMembers machine) => new(machine.Text("cpu"), machine.Text("instructionSet"),
        machine.Count("cores"), machine.Text("runtime"), machine.Text("package"), machine.Count("threads"));

    private static NetworkTimes Network(JsonMembers network)
    {
        var sizes = network.Members("sizes");
        PartTimes[] parts = [.. Items(network, "parts", MostParts).Select(Part)];
        int[] places = [.. parts.SelectMany(p => p.Places)];
        if (!places.Order().SequenceEqual(Enumerable.Range(0, places.Length)))
        {
            throw network.Error("every part of the network once, counted from 0,");
        }

        WholeTime[] whole = [.. Items(network, "whole", MostConfigurations).Select(w => new WholeTime(
            PrecisionConfig.Find(w.Text("precision")) ?? throw w.Error($"a precision among {string.Join(", ", PrecisionConfig.All)}"),
            Time(w)))];
        return whole is not [{ Precision: var first }, ..] || first != PrecisionConfig.F32 ? throw network.Error("'whole' with f32 first")
            : new(network.Text("model"), [.. sizes.Names.Select(s => KeyValuePair.Create(s, (long)sizes.Count(s)))], whole, parts);
    }

    private static PartTimes Part(JsonMembers part)
    {
        string[] layers = [.. part.List("layers").Select(l => l as string ?? throw part.Error("names as 'layers'"))];
        int[] places = [.. part.List("places").Select(p => p is double number && number >= 0 && number < MostParts
            && number == Math.Floor(number) ? (int)number : throw part.Error("counts as 'places'"))];
        KeyValuePair<string, Measurement>[] configurations = [.. Items(part, "configurations", MostConfigurations)
            .Select(c => KeyValuePair.Create(Precisions(c, layers.Length), Time(c)))];
        return layers.Length == 0 || places.Length == 0 ? throw part.Error("at least one layer and one place")
            : configurations.Length == 0 || configurations[0].Key.Split(' ').Any(p => p != PrecisionConfig.F32.Id)
                ? throw part.Error("'configurations' with f32 for every layer first")
            : configurations.DistinctBy(c => c.Key).Count() < configurations.Length ? throw part.Error("each configuration once")
            : new(places, layers, configurations);
    }

    private static string Precisions(JsonMembers configuration, int layers)
    {
        string text = configuration.Text("precisions");
        string[] ids = text.Split(' ');
        return ids.Length != layers || ids.Any(id => PrecisionConfig.Find(id) is null)
            ? throw configuration.Error($"a precision for each layer, among {string.Join(", ", PrecisionConfig.All)},") : text;
    }

    private static Measurement Time(JsonMembers time)
    {
        double nanoseconds = time.Number("nanoseconds"), spread = time.Number("spread");
        return !(nanoseconds > 0 && nanoseconds <= LongestNanoseconds) ? throw time.Error("as 'nanoseconds' a time above 0, at most a day,")
            : !(spread >= 0 && spread <= LongestNanoseconds) ? throw time.Error("as 'spread' a time of at least 0, at most a day,")
            : time.Count("rounds") is > 0 and var rounds ? new(nanoseconds, spread, rounds) : throw time.Error("'rounds' above 0");
    }

    private static IEnumerable<JsonMembers> Items(JsonMembers members, string name, int most)
    {
        var items = members.List(name);
        return items.Count > most ? throw members.Error($"at most {most} {name}")
            : items.Select((item, i) => new JsonMembers(item, FormattableString.Invariant($"{name} {i}")));
    }
}
