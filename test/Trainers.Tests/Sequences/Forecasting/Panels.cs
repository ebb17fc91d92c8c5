using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Panels to forecast.</summary>
internal static class Panels
{
    internal sealed class Row
    {
        public string Series { get; set; } = "a";

        public DateTime Time { get; set; }

        public float Value { get; set; }

        public float Other { get; set; }

        public float Promotion { get; set; }

        public float Past { get; set; }

        public float Size { get; set; } = 1;
    }

    /// <summary>Weekly waves of some series, of sizes that differ, with a covariate that is known ahead.</summary>
    internal static List<Row> Waves(int steps = 120, int series = 1, int seed = 1, float noise = 0.1f)
    {
        var random = new Random(seed);
        var rows = new List<Row>();
        for (var i = 0; i < series; i++)
            for (var step = 0; step < steps; step++)
            {
                var promotion = random.Next(6) == 0 ? 1 : 0;
                var size = MathF.Pow(3, i);
                var wave = MathF.Sin(2 * MathF.PI * step / 7) + noise * (float)(random.NextDouble() - 0.5);
                rows.Add(new()
                {
                    Series = $"s{i}", Time = new DateTime(2024, 1, 1).AddDays(step), Promotion = promotion, Size = size, Past = wave,
                    Value = size * (10 + 2 * wave + promotion), Other = size * (5 - wave),
                });
            }
        return rows;
    }

    internal static IDataView View(this MLContext ml, IEnumerable<Row> rows) => ml.Data.LoadFromEnumerable(rows.ToArray());

    internal static ForecastingTrainer.Options Options(Action<ForecastingTrainer.Options>? change = null)
    {
        var options = new ForecastingTrainer.Options
        {
            Horizon = 7, InputWindow = 21, Epochs = 30, LearningRate = 1e-2f, BatchSize = 32, ValidationFraction = 0.2f,
            Columns = new() { SeriesColumnName = "Series", TimeColumnName = "Time" }, Target = MLSeqGraph.Onnx.ExecutionTarget.Cpu(1),
        };
        change?.Invoke(options);
        return options;
    }
}
