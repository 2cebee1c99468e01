using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace MixPrec.Runtime.Tests;

/// <summary>An assertion for every element of large results: what it would say is put together only when it fails.</summary>
internal static class Expect
{
    public static void True(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref Message message)
    {
        if (!condition)
        {
            Assert.Fail(message.ToString());
        }
    }

    [InterpolatedStringHandler]
    internal readonly ref struct Message
    {
        private readonly StringBuilder? text;

        public Message(int literalLength, int formattedCount, bool condition, out bool wanted)
        {
            wanted = !condition;
            text = wanted ? new StringBuilder(literalLength + (8 * formattedCount)) : null;
        }

        public void AppendLiteral(string part) => text!.Append(part);

        public void AppendFormatted<T>(T value) => text!.Append(value);

        public void AppendFormatted<T>(T value, string format)
            where T : IFormattable => text!.Append(value.ToString(format, null));

        public override string ToString() => text!.ToString();
    }
}
