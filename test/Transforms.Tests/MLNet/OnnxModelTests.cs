using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>Rows and models for tests of ML.NET's OnnxTransformer.</summary>
public abstract class OnnxModelTests
{
    protected MLContext Ml { get; } = new(seed: 1);

    private protected sealed class Row
    {
        [VectorType(3)]
        public float[] Fixed { get; set; } = [0, 0, 0];

        [VectorType]
        public float[] Variable { get; set; } = [];

        public float Scalar { get; set; }

        [KeyType(9), VectorType]
        public uint[] Tokens { get; set; } = [];

        [VectorType]
        public int[] Ints { get; set; } = [];

        [VectorType(2)]
        public string[] Texts { get; set; } = ["", ""];
    }

    private protected IDataView Data(params Row[] rows) => Ml.Data.LoadFromEnumerable(rows);

    /// <summary>Doubles a float input.</summary>
    private protected static OnnxBytes Double(string input, object?[] inputShape, object?[] outputShape) => new OnnxBytes()
        .Input(input, OnnxBytes.Float, inputShape).Output("Out", OnnxBytes.Float, outputShape).Node("Add", [input, input], ["Out"]);

    private protected IDataView Apply(OnnxBytes model, params Row[] rows)
    {
        var data = Data(rows);
        return Ml.Transforms.ApplyOnnxModel(model.ToStream()).Fit(data).Transform(data);
    }
}
