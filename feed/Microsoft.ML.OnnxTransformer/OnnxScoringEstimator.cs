using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Applies an ONNX model; there is nothing to fit.</summary>
public sealed class OnnxScoringEstimator : TrivialEstimator<OnnxTransformer>
{
    internal OnnxScoringEstimator(OnnxTransformer transformer) : base(transformer)
    {
    }

    /// <exception cref="ArgumentOutOfRangeException">An input is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">A column is an optional input of the model.</exception>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        foreach (string name in Transformer.Inputs)
        {
            if (!inputSchema.TryFindColumn(name, out var column))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name);
            var input = Array.Find(Transformer.Model.Inputs, candidate => candidate.Name == name)
                ?? throw new InvalidOperationException($"Column {name} doesn't match input node names of model.");
            var expected = input.ColumnType is VectorDataViewType vector
                ? vector.ItemType
                : throw new InvalidCastException($"Input '{name}' of the model has a shape without dimensions.");
            if (!column.ItemType.Equals(expected))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name, expected.ToString(), column.ItemType.ToString());
        }
        return inputSchema.With(Transformer.Outputs.Select((name, i) => Shape(name, Transformer.OutputTypes[i])));
    }

    private static SchemaShape.Column Shape(string name, DataViewType type)
    {
        var kind = type is VectorDataViewType { IsKnownSize: true }
            ? SchemaShape.Column.VectorKind.Vector
            : SchemaShape.Column.VectorKind.VariableVector;
        return new SchemaShape.Column(name, kind, type.ItemType(), isKey: false);
    }
}
