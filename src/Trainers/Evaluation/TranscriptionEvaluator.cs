using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Adds up the edits between labels and what was written.</summary>
internal sealed class TranscriptionEvaluator
{
    private readonly DataViewSchema.Column _label, _predicted;
    private readonly bool _areKeys, _areSeparated;
    private EditCounts _symbols, _words;
    private long _rows, _wrong;

    internal TranscriptionEvaluator(DataViewSchema schema, string labelName, string predictedName, bool symbolsAreSeparated)
    {
        (_label, _predicted, _areSeparated) = (schema.Require(labelName), schema.Require(predictedName), symbolsAreSeparated);
        _areKeys = IsKeys(_label) && IsKeys(_predicted);
        if (!_areKeys && !(IsText(_label, vector: true) && IsText(_predicted, vector: false)))
            throw new ArgumentException($"Column '{_label.Name}' is {_label.Type} and column '{_predicted.Name}' is {_predicted.Type}: "
                + "expected vectors of keys in both, or text in both, of which the labels' may be a vector of several right answers.");
        if (_areKeys && symbolsAreSeparated)
            throw new ArgumentException($"Column '{_label.Name}' is {_label.Type}, whose symbols are its keys: expected text where symbols "
                + "are separated by white space.");
    }

    internal TranscriptionMetrics Evaluate(IDataView data, CancellationToken cancellationToken)
    {
        EvaluatedView.ForEachRow(data, [_label, _predicted], row => _areKeys ? OfKeys(row) : OfText(row), cancellationToken);
        return _symbols.Length > 0 ? new(_symbols, _words, _rows, _wrong)
            : throw new InvalidDataException($"Column '{_label.Name}' has no symbol in any row: there is nothing to evaluate.");
    }

    private Action OfKeys(DataViewRow row)
    {
        var classes = KeyClasses.Of(_label, _predicted);
        var (labels, predictions) = (StepKeyReader.Create(row, _label, classes.OfLabel),
            StepKeyReader.Create(row, _predicted, classes.OfPrediction));
        bool[] separates = [.. classes.Names.Select(name => name.Length > 0 && string.IsNullOrWhiteSpace(name))];
        return () =>
        {
            // A key that is missing is no symbol that the other column has.
            int[] label = [.. labels.Read()], predicted = [.. predictions.Read()];
            for (var i = 0; i < predicted.Length; i++)
                if (predicted[i] < 0)
                    predicted[i] = -2;
            Add([(label, Words(label))], predicted, Words(predicted));
        };

        string[] Words(int[] symbols) => string.Join(",", symbols.Select(symbol => symbol >= 0 && separates[symbol] ? " " : $"{symbol}"))
            .Split(' ').Select(word => word.Trim(',')).Where(word => word.Length > 0).ToArray();
    }

    private Action OfText(DataViewRow row)
    {
        var predictions = row.GetGetter<ReadOnlyMemory<char>>(_predicted);
        var read = Texts(row);
        return () =>
        {
            ReadOnlyMemory<char> predicted = default;
            predictions(ref predicted);
            var (symbols, words) = Parts($"{predicted}");
            Add([.. read().Select(Parts)], symbols, words);
        };
    }

    private Func<string[]> Texts(DataViewRow row)
    {
        if (_label.Type is VectorDataViewType)
        {
            var several = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(_label);
            VBuffer<ReadOnlyMemory<char>> texts = default;
            return () =>
            {
                several(ref texts);
                return texts.Length > 0 ? [.. texts.DenseValues().Select(text => $"{text}")]
                    : throw EvaluatedView.Fault(row, _label, "there is no right answer; expected at least one");
            };
        }
        var one = row.GetGetter<ReadOnlyMemory<char>>(_label);
        ReadOnlyMemory<char> label = default;
        return () =>
        {
            one(ref label);
            return [$"{label}"];
        };
    }

    private (string[] Symbols, string[] Words) Parts(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return _areSeparated ? (words, words.Length == 0 ? [] : [string.Join(' ', words)])
            : ([.. text.EnumerateRunes().Select(rune => $"{rune}")], words);
    }

    // Of several right answers the closest counts, of equally close ones the first.
    private void Add<T>((T[] Symbols, string[] Words)[] labels, T[] symbols, string[] words) where T : IEquatable<T>
    {
        var (edits, right) = labels.Select(label => (EditCounts.Between<T>(label.Symbols, symbols), label.Words))
            .MinBy(found => found.Item1.Errors);
        _symbols += edits;
        _words += EditCounts.Between<string>(right, words);
        _rows++;
        _wrong += edits.Errors > 0 ? 1 : 0;
    }

    private static bool IsKeys(DataViewSchema.Column column) => column.Type is VectorDataViewType { ItemType: KeyDataViewType };

    private static bool IsText(DataViewSchema.Column column, bool vector) =>
        column.Type is TextDataViewType || (vector && column.Type is VectorDataViewType { ItemType: TextDataViewType });
}
