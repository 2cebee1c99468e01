namespace VoiceDetector;

/// <summary>
/// One stream of sound. The session keeps the network's state from block to block; the last frames of the block before are its input too.
/// </summary>
internal sealed class VoiceStream(SileroVad net) : IDisposable
{
    /// <summary>New frames of a run: 32 ms.</summary>
    public const int BlockLength = 512;

    private const int Before = 64;

    private readonly SileroVad.Session _session = net.CreateSession();
    private readonly float[] _frames = new float[Before + BlockLength], _probability = new float[1];

    /// <summary>The probability that somebody speaks, 0…1.</summary>
    public float Next(ReadOnlySpan<short> block)
    {
        _frames.AsSpan(BlockLength).CopyTo(_frames);
        for (int i = 0; i < block.Length; i++)
        {
            _frames[Before + i] = block[i] / 32768f;
        }

        _session.Run(_frames, _probability);
        return _probability[0];
    }

    public void Dispose() => _session.Dispose();
}
