using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Adds columns that a method computes.</summary>
public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer where TSrc : class, new() where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _mapAction;
    private readonly string _contractName;
    private readonly SchemaDefinition _inputSchemaDefinition;

    internal CustomMappingTransformer(
        IHostEnvironment env, Action<TSrc, TDst> mapAction, string contractName,
        SchemaDefinition inputSchemaDefinition = null, SchemaDefinition outputSchemaDefinition = null)
    {
        Contracts.CheckValue(env, nameof(env));
        Contracts.CheckValue(mapAction, nameof(mapAction));
        _mapAction = mapAction;
        _contractName = contractName;
        _inputSchemaDefinition = inputSchemaDefinition;
        Added = MemberColumn.Of(typeof(TDst), outputSchemaDefinition, SchemaDefinition.Direction.Write);
    }

    internal MemberColumn[] Added { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MakeMapping(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new MappedDataView(input, MakeMapping(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapping(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.Check(_contractName != null, "Empty contract name for a transform: the transform cannot be saved");
        ctx.SetLoader(typeof(CustomMappingLoader));
        ctx.Writer.Write(_contractName);
        ctx.Writer.Write(_mapAction.Method.DeclaringType.Assembly.FullName);
    }

    private Mapping MakeMapping(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return new Mapping(this, inputSchema);
    }

    private sealed class Mapping(CustomMappingTransformer<TSrc, TDst> parent, DataViewSchema inputSchema)
        : RowMapping(inputSchema, parent.Added.Select(member => member.Column))
    {
        private readonly RowBinder<TSrc> _binder = new(inputSchema, ignoreMissingColumns: false, parent._inputSchemaDefinition);

        public override IEnumerable<int> InputsOf(int added) => _binder.Columns.Select(column => column.Index);

        public override Delegate[] MakeGetters(DataViewRow input, bool[] active)
        {
            if (!active.Contains(true))
                return new Delegate[active.Length];

            Action<TSrc> fill = _binder.Bind(input);
            var source = new TSrc();
            var destination = new TDst();
            long served = -1;

            // The method runs once a row, however many of its columns are read.
            TDst current()
            {
                if (served != input.Position)
                {
                    fill(source);
                    parent._mapAction(source, destination);
                    served = input.Position;
                }

                return destination;
            }

            return parent.Added.Select((member, index) => active[index] ? MemberGetters.Of(member, current) : null).ToArray();
        }
    }
}

/// <summary>Makes a transformer of a saved contract name, by the factory that carries it.</summary>
internal static class CustomMappingLoader
{
    internal static ITransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        string contractName = ctx.Reader.ReadString();
        env.ComponentCatalog.RegisterAssembly(Assembly.Load(ctx.Reader.ReadString()));
        object factory = env.ComponentCatalog.CreateExtension(contractName);
        return factory is ICustomMappingFactory mapping ? mapping.CreateTransformer(env, contractName)
            : throw new InvalidOperationException(
                $"{factory.GetType()}, which carries the contract name '{contractName}', is no {typeof(CustomMappingFactory<,>)}.");
    }
}
