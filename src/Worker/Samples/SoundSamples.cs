using System.Runtime.InteropServices;
using MixPrec.Compiler;
using MixPrec.Compiler.Graphs;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Worker.Samples;

/// <summary>A window of a file.</summary>
/// <param name="Number">Of the file's windows, from 0.</param>
internal sealed record SoundWindow(SampleFile File, WaveFile Wave, int Number);

/// <summary>Windows of sound as samples of one input [samples, frames] or [samples, 1, frames].</summary>
internal sealed class SoundSamples
{
    private const int MostFrames = 1 << 28;

    private readonly SampleInput _input;
    private readonly int? _rate;
    private readonly int _length;

    /// <param name="rate">Frames a second that the model expects; null to take files as they are.</param>
    /// <param name="window">Frames of a sample, where the model's input leaves them open.</param>
    /// <exception cref="MixPrecException">MXP1115: the model has no such input. MXP1002: the length is not the input's, or not known.
    /// </exception>
    public SoundSamples(Graph graph, string? input, int? rate, int? window)
    {
        _input = SampleInput.Only(graph, input, "sound", i => i.Element == ElementType.F32
            && (i.Sizes.Count == 1 || (i.Sizes.Count == 2 && i.Sizes[0] is 1 or -1)));
        _rate = rate;
        long wanted = _input.Sizes[^1];
        if (window is null ? wanted is < 1 or > MostFrames : window is < 1 or > MostFrames || (wanted >= 0 && wanted != window))
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, "--window",
                window is { } given ? FormattableString.Invariant($"{given}") : "",
                wanted >= 0 ? FormattableString.Invariant($"{wanted}, which the model's input has")
                    : FormattableString.Invariant($"a number of frames from 1 to {MostFrames}: the model leaves it open"));
        }

        _length = window ?? (int)wanted;
    }

    public SampleInput Input => _input;

    public IReadOnlyList<long> Shape => _input.Sizes.Count == 1 ? [_length] : [1, _length];

    /// <summary>Every window of every file; what is left behind the last whole one is none, a file that is shorter is one.</summary>
    /// <exception cref="MixPrecException">MXP1113: a file cannot be read, holds nothing, or has another rate.</exception>
    public IReadOnlyList<SoundWindow> Windows(IEnumerable<SampleFile> files, CancellationToken cancellation)
    {
        var windows = new List<SoundWindow>();
        int? rate = _rate;
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            var wave = WaveFile.Open(file.Path);
            if (wave.Frames == 0)
            {
                throw Unreadable(file.Path, "it holds no sound");
            }

            if (_rate is null && (rate ??= wave.Rate) != wave.Rate)
            {
                throw Unreadable(file.Path, FormattableString.Invariant(
                    $"it has {wave.Rate} frames a second, and others have {rate}: --sample-rate brings all to one"));
            }

            int count = (int)Math.Clamp(wave.Frames * (_rate ?? wave.Rate) / wave.Rate / _length, 1, int.MaxValue);
            windows.AddRange(Enumerable.Range(0, count).Select(i => new SoundWindow(file, wave, i)));
        }

        return [.. windows.OrderBy(w => SampleFiles.Order(FormattableString.Invariant($"{w.File.Name}/{w.Number}")),
            StringComparer.Ordinal)];
    }

    /// <summary>The elements of one sample.</summary>
    public byte[] Read(SoundWindow window)
    {
        var wave = window.Wave;
        int rate = _rate ?? wave.Rate;
        if (rate == wave.Rate)
        {
            return MemoryMarshal.AsBytes(wave.Read((long)window.Number * _length, _length).AsSpan()).ToArray();
        }

        double start = (double)window.Number * _length * wave.Rate / rate;
        int reach = SoundResampling.Reach(wave.Rate, rate), before = (int)Math.Min(reach, (long)start);

        // Behind the end of the file there is nothing that has to be read, however long the window is.
        long count = (long)Math.Ceiling((double)_length * wave.Rate / rate) + before + reach + 1, first = (long)start - before;
        var frames = wave.Read(first, checked((int)Math.Min(count, Math.Max(0, wave.Frames - first))));
        return MemoryMarshal.AsBytes(
            SoundResampling.Convert(frames, before, start - (long)start, wave.Rate, rate, _length).AsSpan()).ToArray();
    }

    private static MixPrecException Unreadable(string path, string reason) =>
        new(DiagnosticCatalog.SampleUnreadable, path, PrintableName.Format(path), reason);
}
