using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Turns text into keys.</summary>
internal sealed class Tokenizing(string output, TokenizingSettings settings) : TextMapping(output, settings)
{
    public override TokenizingSettings? TokensFrom => Settings;

    public override void AddOutput(DataViewSchema.Builder builder) => AddKeys(builder, Output, Settings.Tokenizer.Vocabulary);

    public override void AddInput(DataViewSchema.Builder builder)
    {
        foreach (var name in Inputs)
            builder.AddColumn(name, TextDataViewType.Instance);
    }

    public override void Check(DataViewSchema input)
    {
        foreach (var name in Inputs)
        {
            var column = input.Require(name);
            if (column.Type is not TextDataViewType)
                throw new ArgumentException($"Column '{column.Name}' is {column.Type}; expected text.");
        }
    }

    public override Delegate Open(DataViewRow row)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(row.Schema.Require(Input));
        var second = Settings.PairColumn is { } pair ? row.GetGetter<ReadOnlyMemory<char>>(row.Schema.Require(pair)) : null;
        ReadOnlyMemory<char> text = default, other = default;
        return (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> value) =>
        {
            getter(ref text);
            second?.Invoke(ref other);
            var ids = second is null ? Settings.Tokenize(text.ToString(), RowName.Of(row))
                : Settings.TokenizePair(text.ToString(), other.ToString(), RowName.Of(row));
            var editor = VBufferEditor.Create(ref value, ids.Length);
            for (var i = 0; i < ids.Length; i++)
                editor.Values[i] = (uint)ids[i] + 1;
            value = editor.Commit();
        });
    }

    public override void AddTo(SavedChain chain)
    {
        var tokens = new MLContext().Data.LoadFromEnumerable(Settings.Tokenizer.Vocabulary.Tokens.Select(token =>
            new TokenName { Value = token }));
        chain.Add(chain.Transforms.CopyColumns(TokenizingMapping.Text, Input));
        if (Settings.PairColumn is { } second)
        {
            chain.Add(chain.Transforms.CopyColumns(PairTokenizingMapping.Second, second));
            chain.AddMapping(PairTokenizingMapping.Contract, Settings.ToBytes(), new PairTokenizingMapping());
        }
        else
        {
            chain.AddMapping(TokenizingMapping.Contract, Settings.ToBytes(), new TokenizingMapping());
        }
        chain.Add(chain.Transforms.Conversion.MapValueToKey(Output, TokensRow.ColumnName, Settings.Tokenizer.Vocabulary.Count,
            keyData: tokens));
    }

    private sealed class TokenName
    {
        public string? Value { get; set; }
    }
}
