using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MixPrec.Compiler;
using MixPrec.Compiler.Data;
using MixPrec.Compiler.Data.Npy;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Jobs;
using MixPrec.Metadata;
using MixPrec.Worker.CommandLine;
using MixPrec.Worker.Samples;

namespace MixPrec.Worker.Commands;

/// <summary>Makes calibration data of a folder of images or sounds, or of a text, as the inputs of a model want them.</summary>
internal sealed class CalibrateDataCommand : WorkerCommand
{
    private const int UsualSamples = 512, ShownClasses = 10;

    private readonly Argument<string> modelFile;
    private readonly Option<string> images, audio, text, outputFile, inputName, resize, crop, layout, mean, deviation, tokenizer, alphabet;
    private readonly Option<double?> scale;
    private readonly Option<int?> samples, sampleRate, window, length;
    private readonly Option<bool> bgr, asStored, noLabels, force, json;
    private readonly IReadOnlyList<(Option Source, IReadOnlyList<Option> Options)> own;

    public CalibrateDataCommand()
        : base("calibrate-data", "make calibration data of images, sounds or text, as the inputs of a model want them",
            "mixprec calibrate-data net.onnx --images photos --resize 256 --crop 224 --mean 0.485,0.456,0.406 "
                + "--deviation 0.229,0.224,0.225")
    {
        modelFile = AddArgument("MODEL", "the ONNX file, whose inputs say names, shapes and types");
        images = AddOption<string>("--images", "DIR", "PNG, JPEG and BMP; names of sub-folders are the classes");
        audio = AddOption<string>("--audio", "DIR", "WAV files; names of sub-folders are the classes");
        text = AddOption<string>("--text", "FILE", "text in UTF-8, a sample in each line where the model takes a mask");
        outputFile = AddOption<string>("--output", "FILE", "the .npz [MODEL.calibration.npz]");
        samples = AddOption<int?>("--samples", "COUNT", FormattableString.Invariant($"at most so many [{UsualSamples}]"));
        inputName = AddOption<string>("--input", "NAME", "the input that they are for [the one that fits]");
        resize = AddOption<string>("--resize", "SIZE", "images: the shorter side, or WIDTHxHEIGHT [as they are]");
        crop = AddOption<string>("--crop", "SIZE", "images: keep the middle, one number or WIDTHxHEIGHT [all]");
        scale = AddOption<double?>("--scale", "NUMBER", "images: what the value 255 becomes, before the mean is taken off [1]");
        mean = AddOption<string>("--mean", "NUMBERS", "images: taken off, one number or one for each channel [0]");
        deviation = AddOption<string>("--deviation", "NUMBERS", "images: divided by, one number or one for each channel [1]");
        layout = AddOption<string>("--layout", "NAME", "images: nchw or nhwc [by the model's shape]");
        bgr = AddFlag("--bgr", "images: blue first");
        asStored = AddFlag("--as-stored", "images: not turned by the orientation that a camera notes (EXIF)");
        sampleRate = AddOption<int?>("--sample-rate", "HERTZ", "audio: frames a second that the model expects [as files have them]");
        window = AddOption<int?>("--window", "FRAMES", "audio: length of a sample [by the model's shape]");
        tokenizer = AddOption<string>("--tokenizer", "NAME",
            "text: vocab.txt of WordPiece, a *.model of SentencePiece, vocab.json beside merges.txt, tokenizer.json, or the word bytes or "
                + "characters");
        alphabet = AddOption<string>("--alphabet", "FILE", "text: the text whose sorted characters are counted [the text itself]");
        length = AddOption<int?>("--length", "TOKENS", "text: tokens of a sample [by the model's shape]");
        noLabels = AddFlag("--no-labels", "write no labels, whatever sub-folders are called");
        force = AddFlag("--force", "overwrite the .npz");
        json = AddFlag("--json", "one JSON object");
        own =
        [
            (images, [resize, crop, scale, mean, deviation, layout, bgr, asStored]), (audio, [sampleRate, window]),
            (text, [tokenizer, alphabet, length]),
        ];
    }

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        string model = Path.GetFullPath(arguments.GetValue(modelFile)!);
        string path = Path.GetFullPath(arguments.GetValue(outputFile) ?? Path.ChangeExtension(model, ".calibration.npz"));
        string?[] sources = [arguments.GetValue(images), arguments.GetValue(audio), arguments.GetValue(text)];
        if (sources.Count(s => s is not null) != 1)
        {
            throw new UsageException("exactly one of --images, --audio and --text is needed.");
        }

        RequireOwn(arguments);

        int most = arguments.GetValue(samples) ?? UsualSamples;
        RequireNumber("--samples", most, SampleSetReader.MostSamples);
        InputPath.RequireFile("The model", model, null);
        var graph = OnnxModelReader.Read(model, DimensionBindings.None, ConstantBindings.None).Graph;
        if (File.Exists(path) && !arguments.GetValue(force))
        {
            throw new MixPrecException(DiagnosticCatalog.OutputExists, null, path);
        }

        var target = new OutputFile("The data", path, DiagnosticCatalog.OutputUnwritable, Path.GetDirectoryName(path)!);
        target.Require();
        var made = sources[0] is { } folder ? Images(arguments, graph, folder, most)
            : sources[1] is { } sounds ? Sounds(arguments, graph, sounds, most, cancellation)
            : Text(arguments, graph, sources[2]!, most, cancellation);
        target.Write(file =>
        {
            using var archive = new NpzWriter(file);
            made.Write(archive, cancellation);
        });
        output.Write(arguments.GetValue(json), () => Json(made, path), () => Text(made, path));
        return WorkerExitCode.Done;
    }

    /// <summary>What is given for another kind of samples would change nothing.</summary>
    private void RequireOwn(ParseResult arguments)
    {
        foreach (var (source, options) in own.Where(o => !IsGiven(arguments, o.Source)))
        {
            if (options.FirstOrDefault(o => IsGiven(arguments, o)) is { } odd)
            {
                throw new UsageException($"{odd.Name} is for {source.Name}.");
            }
        }

        if (IsGiven(arguments, alphabet) && arguments.GetValue(tokenizer) != TextTokens.Characters)
        {
            throw new UsageException($"{alphabet.Name} is for {tokenizer.Name} {TextTokens.Characters}.");
        }

        if (IsGiven(arguments, noLabels) && IsGiven(arguments, text))
        {
            throw new UsageException($"{noLabels.Name} is for {images.Name} and {audio.Name}.");
        }
    }

    private MadeSamples Images(ParseResult arguments, Compiler.Graphs.Graph graph, string folder, int most)
    {
        var preparation = new ImagePreparation
        {
            Resize = Size(resize.Name, arguments.GetValue(resize)),
            Crop = Size(crop.Name, arguments.GetValue(crop)) is { } kept ? (kept.Width, kept.Height ?? kept.Width) : null,
            BlueFirst = arguments.GetValue(bgr), IsTurned = !arguments.GetValue(asStored), Scale = arguments.GetValue(scale) ?? 1,
            Mean = Numbers(mean.Name, arguments.GetValue(mean)), Deviation = Numbers(deviation.Name, arguments.GetValue(deviation)),
            ChannelsLast = arguments.GetValue(layout) switch
            {
                null => null, "nchw" => false, "nhwc" => true,
                var other => throw new UsageException($"--layout {PrintableName.Format(other)} is not known: nchw or nhwc."),
            },
        };
        var reader = new ImageSamples(graph, arguments.GetValue(inputName), preparation);
        var files = SampleFiles.In(folder, "images", ImageFile.Endings);
        SampleFile[] chosen = [.. files.Files.Take(most)];
        byte[] first = reader.Read(chosen[0].Path);
        return new(Named(arguments, files), files.Files.Count,
            [new(reader.Input, reader.Shape, chosen.Length, first.Length, i => i == 0 ? first : reader.Read(chosen[i].Path))],
            [.. chosen.Select(f => f.Label)]);
    }

    private MadeSamples Sounds(ParseResult arguments, Compiler.Graphs.Graph graph, string folder, int most, CancellationToken cancellation)
    {
        int? rate = arguments.GetValue(sampleRate);
        RequireNumber(sampleRate.Name, rate ?? 1, 1_000_000);
        var reader = new SoundSamples(graph, arguments.GetValue(inputName), rate, arguments.GetValue(window));
        var files = SampleFiles.In(folder, "sounds", WaveFile.Endings);
        var windows = reader.Windows(files.Files, cancellation);
        SoundWindow[] chosen = [.. windows.Take(most)];
        return new(Named(arguments, files), windows.Count,
            [new(reader.Input, reader.Shape, chosen.Length, reader.Shape[^1] * sizeof(float), i => reader.Read(chosen[i]))],
            [.. chosen.Select(w => w.File.Label)]);
    }

    private MadeSamples Text(ParseResult arguments, Compiler.Graphs.Graph graph, string file, int most, CancellationToken cancellation)
    {
        string path = Path.GetFullPath(file);
        var reader = new TextSamples(graph, arguments.GetValue(inputName), arguments.GetValue(length));
        var lines = TextSamples.Lines(path);
        string name = arguments.GetValue(tokenizer)
            ?? throw new UsageException("--tokenizer is missing: a file, or the word bytes or characters.");
        var tokens = TextTokens.Open(name, name != TextTokens.Characters ? ""
            : string.Join('\n', arguments.GetValue(alphabet) is { } known ? TextSamples.Lines(Path.GetFullPath(known)) : lines));
        var read = reader.Read(path, lines, tokens, most, cancellation);
        return new([], read.Count, reader.Arrays(read, tokens.Padding), []);
    }

    private IReadOnlyList<KeyValuePair<string, long>> Named(ParseResult arguments, SampleFiles files) =>
        arguments.GetValue(noLabels) ? [] : files.Labels;

    private static (int Width, int? Height)? Size(string option, string? given)
    {
        if (given is null)
        {
            return null;
        }

        int[] numbers = [.. given.Split('x').Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            && size is > 0 and <= 1 << 15 ? size : 0)];
        return numbers.Length > 2 || numbers.Contains(0)
            ? throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, option, PrintableName.Format(given),
                "one number of pixels or two as 320x240, each from 1 to 32768")
            : (numbers[0], numbers.Length > 1 ? numbers[1] : null);
    }

    private static IReadOnlyList<double>? Numbers(string option, string? given)
    {
        try
        {
            return given is null ? null
                : [.. given.Split(',').Select(n => double.Parse(n, NumberStyles.Float, CultureInfo.InvariantCulture))];
        }
        catch (FormatException)
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, option, PrintableName.Format(given!),
                "numbers separated by commas, such as 0.485,0.456,0.406");
        }
    }

    private static void RequireNumber(string option, int value, int most)
    {
        if (value < 1 || value > most)
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, option, value.ToString(CultureInfo.InvariantCulture),
                FormattableString.Invariant($"a whole number from 1 to {most}"));
        }
    }

    private static string Text(MadeSamples made, string path)
    {
        string shown = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return string.Concat(made.Arrays.Select(a => $"{PrintableName.Format(a.Input.Name)} [{string.Join(", ", a.WholeShape)}]\n"))
            + (made.HasLabels ? $"labels [{made.Count}]: {Classes(made)}\n" : "")
            + $"{Counted.Format(made.Count, "sample")}{(made.Available > made.Count ? $" of {made.Available}, --samples takes more" : "")}"
            + $", written to {shown}\n\nIn the project: CalibrationData=\"{shown}\"\n";
    }

    private static string Classes(MadeSamples made) => string.Join(", ", made.Classes.Take(ShownClasses).Select(c =>
        FormattableString.Invariant($"{PrintableName.Format(c.Key)} = {c.Value}"))) + (made.Classes.Count > ShownClasses ? ", …" : "");

    private static string Json(MadeSamples made, string path) => JsonSerializer.Serialize(new
    {
        written = path, samples = made.Count, available = made.Available,
        arrays = made.Arrays.ToDictionary(a => a.Input.Name, a => a.WholeShape),
        labels = made.HasLabels ? made.Classes.ToDictionary() : null,
    }) + "\n";
}
