using System.Runtime.InteropServices;
using MixPrec.Compiler;
using MixPrec.Compiler.Graphs;
using MixPrec.Diagnostics;
using MixPrec.Plan;

namespace MixPrec.Worker.Samples;

/// <summary>How pictures become the input of a model, in the order of the members.</summary>
internal sealed record ImagePreparation
{
    /// <summary>Whether a picture is turned upright as its camera noted.</summary>
    public bool IsTurned { get; init; } = true;

    /// <summary>Width and height to scale to; one number is that of the shorter side, the other follows. Null for none.</summary>
    public (int Width, int? Height)? Resize { get; init; }

    /// <summary>Width and height of the middle that is kept; null for all.</summary>
    public (int Width, int Height)? Crop { get; init; }

    public bool BlueFirst { get; init; }

    /// <summary>What the value 255 becomes.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Subtracted then, one for all channels or one for each; null for 0.</summary>
    public IReadOnlyList<double>? Mean { get; init; }

    /// <summary>Divided by then, one for all channels or one for each; null for 1.</summary>
    public IReadOnlyList<double>? Deviation { get; init; }

    /// <summary>Whether channels are the last axis; null where the model's shape says it.</summary>
    public bool? ChannelsLast { get; init; }
}

/// <summary>Pictures as samples of one input [samples, channels, height, width] or [samples, height, width, channels].</summary>
internal sealed class ImageSamples
{
    /// <summary>Of scales and deviations: pixels stay finite, and different.</summary>
    private const double Least = 1e-6, Most = 1e6;

    /// <summary>Of red, green and blue in grey: ITU-R BT.601.</summary>
    private static readonly float[] s_grey = [0.299f, 0.587f, 0.114f];

    private readonly SampleInput _input;
    private readonly ImagePreparation _preparation;
    private readonly bool _channelsLast;
    private readonly int _channels;
    private (int Width, int Height)? _size;

    /// <exception cref="MixPrecException">MXP1115: the model has no such input. MXP1002: a list of numbers has another length than there
    /// are channels.</exception>
    public ImageSamples(Graph graph, string? input, ImagePreparation preparation)
    {
        _input = SampleInput.Only(graph, input, "images", i => i.Element is ElementType.F32 or ElementType.U8
            && i.Sizes.Count is 2 or 3 && (i.Sizes.Count == 2 || ChannelsAt(i, preparation) is not null));
        (_preparation, bool isGrey) = (preparation, _input.Sizes.Count == 2);
        _channelsLast = !isGrey && ChannelsAt(_input, preparation) == 2;
        _channels = isGrey ? 1 : (int)_input.Sizes[_channelsLast ? 2 : 0];
        if (Math.Abs(preparation.Scale) is not (>= Least and <= Most))
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, "--scale",
                FormattableString.Invariant($"{preparation.Scale}"), FormattableString.Invariant($"a number from {Least} to {Most}"));
        }

        RequireNumbers("--mean", preparation.Mean);
        RequireNumbers("--deviation", preparation.Deviation);
    }

    public SampleInput Input => _input;

    /// <summary>Sizes of one sample; known when one was read, or before where the model or the preparation tells.</summary>
    public IReadOnlyList<long> Shape => _size is not { } size ? _input.Sizes
        : _input.Sizes.Count == 2 ? [size.Height, size.Width]
        : _channelsLast ? [size.Height, size.Width, _channels] : [_channels, size.Height, size.Width];

    /// <summary>The elements of one sample, as the array holds them.</summary>
    /// <exception cref="MixPrecException">MXP1113: it cannot be read, or is of another size than the input or the first one.</exception>
    public byte[] Read(string path)
    {
        var picture = ImageFile.Read(path, _preparation.IsTurned);
        var (pixels, width, height) = Sized(picture, path);
        RequireSize(path, width, height);
        var values = new float[_channels * width * height];
        for (int i = 0; i < width * height; i++)
        {
            for (int c = 0; c < _channels; c++)
            {
                values[_channelsLast ? (i * _channels) + c : (c * width * height) + i] = Value(pixels, i * Picture.Channels, c);
            }
        }

        return _input.Element == ElementType.U8
            ? [.. values.Select(v => (byte)Math.Clamp(MathF.Round(v), 0, 255))] : MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private float Value(float[] pixels, int at, int channel)
    {
        float value = _channels == 1 ? (s_grey[0] * pixels[at]) + (s_grey[1] * pixels[at + 1]) + (s_grey[2] * pixels[at + 2])
            : pixels[at + (_preparation.BlueFirst ? Picture.Channels - 1 - channel : channel)];
        return _input.Element == ElementType.U8 ? value
            : (float)(((value * _preparation.Scale / 255) - Of(_preparation.Mean, channel, 0)) / Of(_preparation.Deviation, channel, 1));
    }

    private (float[] Pixels, int Width, int Height) Sized(Picture picture, string path)
    {
        var pixels = Array.ConvertAll(picture.Pixels, p => (float)p);
        var (width, height) = (picture.Width, picture.Height);
        if (_preparation.Resize is { } to)
        {
            // The longer side is rounded down, as torchvision's Resize does.
            var (newWidth, newHeight) = to.Height is { } both ? (to.Width, both)
                : width <= height ? (to.Width, Math.Max(1, (int)((long)to.Width * height / width)))
                : (Math.Max(1, (int)((long)to.Width * width / height)), to.Width);
            if ((long)newWidth * newHeight > int.MaxValue / 64)
            {
                throw ImageFile.Unreadable(path, "scaled, it would be too large: its sides are too different");
            }

            pixels = PictureScaling.Scale(pixels, width, height, Picture.Channels, newWidth, newHeight);
            (width, height) = (newWidth, newHeight);
        }

        if (_preparation.Crop is not { } crop)
        {
            return (pixels, width, height);
        }

        if (crop.Width > width || crop.Height > height)
        {
            throw ImageFile.Unreadable(path, FormattableString.Invariant(
                $"it has {width} × {height} pixels, fewer than --crop {crop.Width}x{crop.Height} keeps: scale it first with --resize"));
        }

        // Halves to the even number, as torchvision's CenterCrop does.
        int left = (int)Math.Round((width - crop.Width) / 2.0), top = (int)Math.Round((height - crop.Height) / 2.0);
        var kept = new float[crop.Width * crop.Height * Picture.Channels];
        for (int y = 0; y < crop.Height; y++)
        {
            pixels.AsSpan((((top + y) * width) + left) * Picture.Channels, crop.Width * Picture.Channels)
                .CopyTo(kept.AsSpan(y * crop.Width * Picture.Channels));
        }

        return (kept, crop.Width, crop.Height);
    }

    private void RequireSize(string path, int width, int height)
    {
        int rows = _channelsLast || _input.Sizes.Count == 2 ? 0 : 1;
        long wantedHeight = _input.Sizes[rows], wantedWidth = _input.Sizes[rows + 1];
        if ((wantedWidth >= 0 && wantedWidth != width) || (wantedHeight >= 0 && wantedHeight != height))
        {
            throw ImageFile.Unreadable(path, FormattableString.Invariant($"it has {width} × {height} pixels, and the model takes ")
                + $"{Side(wantedWidth)} × {Side(wantedHeight)}: --resize and --crop bring all to one size");
        }

        if (_size is { } first && first != (width, height))
        {
            throw ImageFile.Unreadable(path, FormattableString.Invariant(
                $"it has {width} × {height} pixels, and others have {first.Width} × {first.Height}: ")
                + "--resize and --crop bring all to one size");
        }

        _size = (width, height);
    }

    private static string Side(long size) => size < 0 ? "any" : FormattableString.Invariant($"{size}");

    private static double Of(IReadOnlyList<double>? numbers, int channel, double none) =>
        numbers is null ? none : numbers.Count == 1 ? numbers[0] : numbers[channel];

    private void RequireNumbers(string option, IReadOnlyList<double>? numbers)
    {
        if (numbers is null)
        {
            return;
        }

        string? fault = _input.Element == ElementType.U8 ? "none for a model that takes bytes as they are"
            : numbers.Count != 1 && numbers.Count != _channels
                ? _channels == 1 ? "one number" : $"one number, or one for each of {_channels} channels"
            : numbers.Any(n => !(Math.Abs(n) <= Most) || (option == "--deviation" && !(n >= Least)))
                ? FormattableString.Invariant($"finite numbers, deviations above 0, from {Least} to {Most}") : null;
        if (fault is not null)
        {
            throw new MixPrecException(DiagnosticCatalog.InvalidMetadata, null, option,
                string.Join(',', numbers.Select(n => FormattableString.Invariant($"{n}"))), fault);
        }
    }

    /// <summary>The axis of one sample that holds 1 or 3 channels; null where none does. The first where both could.</summary>
    private static int? ChannelsAt(SampleInput input, ImagePreparation preparation)
    {
        if (input.Sizes.Count != 3)
        {
            return null;
        }

        bool first = input.Sizes[0] is 1 or 3 && preparation.ChannelsLast is not true;
        bool last = input.Sizes[2] is 1 or 3 && preparation.ChannelsLast is not false;
        return first ? 0 : last ? 2 : null;
    }
}
