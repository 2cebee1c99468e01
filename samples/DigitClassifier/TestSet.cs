using System.Diagnostics;

namespace DigitClassifier;

/// <summary>Logits of one image: 784 grey values from 0 (paper) to 1 (ink) in, ten numbers out.</summary>
internal delegate void Network(ReadOnlySpan<float> image, Span<float> logits);

/// <summary>What one network made of the test set: its answers, the share of right ones, and the median time of one image.</summary>
internal sealed record TestResult(int[] Digits, double Accuracy, double Microseconds);

/// <summary>The labelled images of data/test.npz.</summary>
internal sealed class TestSet(float[] images, long[] labels)
{
    private const int ImageLength = 28 * 28;
    private const int Rounds = 12;
    private const int BlockLength = 50;

    public int Count => labels.Length;

    public static TestSet Load(string path) => new(
        Array.ConvertAll(NpzReader.Read<byte>(path, "image"), grey => grey / 255f),
        NpzReader.Read<long>(path, "labels"));

    /// <summary>
    /// Classifies every image with both networks. Their times are taken in turns, block by block of images, so that a busy machine slows
    /// both alike;
    /// medians over all blocks.
    /// </summary>
    public (TestResult First, TestResult Second) Compare(Network first, Network second)
    {
        // These two passes also let the run-time compile both networks fully before anything is timed.
        int[] firstDigits = Classify(first, 0, Count);
        int[] secondDigits = Classify(second, 0, Count);

        var firstTimes = new List<double>();
        var secondTimes = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            for (int start = 0; start + BlockLength <= Count; start += BlockLength)
            {
                firstTimes.Add(Time(first, start));
                secondTimes.Add(Time(second, start));
            }
        }

        return (Result(firstDigits, firstTimes), Result(secondDigits, secondTimes));
    }

    private TestResult Result(int[] digits, List<double> times)
    {
        times.Sort();
        int right = digits.Zip(labels).Count(pair => pair.First == pair.Second);
        return new TestResult(digits, (double)right / Count, times[times.Count / 2]);
    }

    private double Time(Network network, int start)
    {
        long before = Stopwatch.GetTimestamp();
        Classify(network, start, BlockLength);
        return Stopwatch.GetElapsedTime(before).TotalMicroseconds / BlockLength;
    }

    private int[] Classify(Network network, int start, int count)
    {
        int[] digits = new int[count];
        Span<float> logits = stackalloc float[10];
        for (int i = 0; i < count; i++)
        {
            network(images.AsSpan((start + i) * ImageLength, ImageLength), logits);
            for (int digit = 1; digit < logits.Length; digit++)
            {
                digits[i] = logits[digit] > logits[digits[i]] ? digit : digits[i];
            }
        }

        return digits;
    }
}
