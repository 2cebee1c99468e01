using System.Text;
using System.Text.Json;

namespace MixPrec.Runtime;

/// <summary>A <see cref="ModelInfo"/> as JSON, written without reflection.</summary>
internal static class ModelInfoJson
{
    public static string Format(ModelInfo info)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("name", info.Name);
            json.WriteString("planHash", info.PlanHash);
            json.WriteString("loss", info.Loss);
            json.WriteNumber("errorBudget", info.ErrorBudget);
            Write(json, "predictedLossError", info.PredictedLossError);
            Write(json, "measuredLossError", info.MeasuredLossError);
            Write(json, "predictedMicroseconds", info.PredictedMicroseconds);
            Write(json, "measuredMicroseconds", info.MeasuredMicroseconds);
            Write(json, "float32Microseconds", info.Float32Microseconds);
            Write(json, "speedup", info.Speedup);
            json.WriteNumber("threads", info.Threads);
            json.WriteString("machine", info.Machine);
            json.WriteStartArray("layers");
            foreach (var layer in info.Layers)
            {
                json.WriteStartObject();
                json.WriteString("name", layer.Name);
                json.WriteString("operator", layer.Operator);
                json.WriteString("precision", layer.Precision);
                json.WriteString("accumulator", layer.Accumulator);
                Write(json, "shareOfLossError", layer.ShareOfLossError);
                Write(json, "timeGainMicroseconds", layer.TimeGainMicroseconds);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known && double.IsFinite(known))
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
