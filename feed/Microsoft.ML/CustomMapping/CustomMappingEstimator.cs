using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Adds columns that a method computes.</summary>
public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new() where TDst : class, new()
{
    private readonly SchemaDefinition _inputSchemaDefinition;

    internal CustomMappingEstimator(
        IHostEnvironment env, Action<TSrc, TDst> mapAction, string contractName,
        SchemaDefinition inputSchemaDefinition, SchemaDefinition outputSchemaDefinition)
        : base(new CustomMappingTransformer<TSrc, TDst>(env, mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition)) =>
        _inputSchemaDefinition = inputSchemaDefinition;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        foreach (MemberColumn member in MemberColumn.Of(typeof(TSrc), _inputSchemaDefinition, SchemaDefinition.Direction.Both))
        {
            if (!inputSchema.TryFindColumn(member.Name, out SchemaShape.Column found))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", member.Name);
            var expected = SchemaShape.Column.Of(member.Name, member.Column.Type);
            // A vector of any size takes one of a known size.
            bool kindFits = found.Kind == expected.Kind
                || (expected.Kind == SchemaShape.Column.VectorKind.VariableVector && found.Kind == SchemaShape.Column.VectorKind.Vector);
            if (!kindFits || !found.ItemType.Equals(expected.ItemType) || found.IsKey != expected.IsKey)
            {
                throw Contracts.ExceptSchemaMismatch(
                    nameof(inputSchema), "input", member.Name, member.Column.Type.ToString(), found.TypeString());
            }
        }

        return inputSchema.With(SchemaShape.Create(MemberColumn.SchemaOf(Transformer.Added)));
    }
}
