using System.Globalization;
using System.Runtime.InteropServices;
using VoiceDetector;

// Reads 16-bit mono PCM of 16 kHz from a stream, a block at a time, and says when somebody speaks:
// arecord -f S16_LE -r 16000 -c 1 -t raw | dotnet run
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using var net = SileroVad.Load();
using var stream = new VoiceStream(net);
using var sound = args.Length > 0 ? File.OpenRead(args[0]) : Console.OpenStandardInput();
var block = new short[VoiceStream.BlockLength];
bool speaks = false;
for (int number = 0; sound.ReadAtLeast(MemoryMarshal.AsBytes(block.AsSpan()), block.Length * sizeof(short), throwOnEndOfStream: false)
    == block.Length * sizeof(short); number++)
{
    float probability = stream.Next(block);
    if (speaks != probability > (speaks ? 0.35f : 0.5f))
    {
        speaks = !speaks;
        Console.WriteLine($"{number * VoiceStream.BlockLength / 16000.0:F2} s: {(speaks ? "speech" : "silence")} ({probability:F2})");
    }
}
