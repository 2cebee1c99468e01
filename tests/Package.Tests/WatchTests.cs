using System.Text;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary><c>dotnet watch</c> as it runs: what is edited is built, and nothing is planned anew for it.</summary>
public sealed class WatchTests(PackedPackage package)
{
    private const string Waiting = "Waiting for a file to change";

    [Fact]
    public async Task AnEditedProgramIsBuiltWithTheSamePlanAndAnotherModelIsPlanned()
    {
        using var consumer = new ConsumerProject(package).WriteAll("lock one loss");
        await consumer.Restore();
        using var watch = DotNet.Start(consumer.Directory, "watch", "--non-interactive", "build", "--no-restore", "-nodeReuse:false");
        var heard = new Heard();
        watch.OutputDataReceived += (_, line) => heard.Add(line.Data);
        watch.ErrorDataReceived += (_, line) => heard.Add(line.Data);
        watch.BeginOutputReadLine();
        watch.BeginErrorReadLine();
        try
        {
            await heard.Until(Waiting, 1);
            string program = consumer.PathTo("bin/Debug/net10.0/Consumer.dll");
            Assert.True(File.Exists(program), heard.Text);
            byte[] before = await File.ReadAllBytesAsync(program, TestContext.Current.CancellationToken);
            Assert.Single(consumer.WorkerStarts());

            consumer.Write("Program.cs", "System.Console.WriteLine(\"edited\");");
            await heard.Until(Waiting, 2);
            Assert.NotEqual(before, await File.ReadAllBytesAsync(program, TestContext.Current.CancellationToken));
            Assert.Single(consumer.WorkerStarts());

            consumer.Write("digits.onnx", "lock one other");
            await heard.Until(Waiting, 3);
            Assert.Equal(2, consumer.WorkerStarts().Length);
        }
        finally
        {
            watch.Kill(entireProcessTree: true);
            await watch.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private sealed class Heard
    {
        private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3), s_pause = TimeSpan.FromMilliseconds(100);

        private readonly StringBuilder _text = new();

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public void Add(string? line)
        {
            lock (_text)
            {
                _text.AppendLine(line);
            }
        }

        /// <summary>Returns when words were said so often.</summary>
        public async Task Until(string words, int times)
        {
            for (var left = s_patience; Text.Split(words).Length - 1 < times; left -= s_pause)
            {
                Assert.True(left > TimeSpan.Zero, Text);
                await Task.Delay(s_pause, TestContext.Current.CancellationToken);
            }
        }
    }
}
