# The two commands: `make run` trains the embedded default, `make test` runs every test. Each does its own set-up.
.DEFAULT_GOAL := help
TABLES := table1 rates table4 table3 table6 fig1 overlap table2 table5 table9 fig4 fig5
.PHONY: help sdk setup program build run test publish-check lint format questions base-model base-models gsm8k-smoke bench \
	bench-parts bench-linear bench-peers overlap-bench view-bench accuracy soak memory memory-docs real-size first-hour stress fuzz \
	chaos ranks bench-collective bench-ranks rank-memory schema clean $(TABLES) contribution reproduce web web-check setup-ci bench-sinks pack api view-cost

SET ?=
SYSTEM := Reason in <think>, answer in <answer>.
BOXED := Reason in <think>, answer in <answer> in \boxed{}.
GSM8K ?= data/gsm8k/train.jsonl
TOKENIZER ?= Qwen/Qwen2.5-1.5B-Instruct
BASELINE ?=
ARGS ?=
SCALE ?= small
QUICK ?=
BUILD := dotnet build Cppo.Pipeline.sln --nologo -v quiet
APP := dotnet run --no-build --project Cppo.Pipeline.csproj --

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  make table1   $(filter-out table1,$(TABLES)): a table or figure of the paper; QUICK=1 with one seed, SCALE=paper on GPUs"
	@echo "  Options of a run go in SET:  make run SET='--set run.seed=2 --set run.name=second'"

sdk:
	@command -v dotnet >/dev/null || { echo "The .NET SDK 10 is needed: https://dot.net/download"; exit 1; }

setup: sdk ## Restore tools and packages (needs the .NET SDK only)
	@dotnet tool restore --verbosity quiet >/dev/null
	@dotnet restore Cppo.Pipeline.sln --nologo -v quiet

# Without the tests, which bring libtorch: CppoTorch says whether the program has it (Torch.targets).
program: sdk ## Build the program alone; CppoTorch=cpu in the environment adds the engine on TorchSharp
	@dotnet build Cppo.Pipeline.csproj --nologo -v quiet

build: setup ## Build everything
	@$(BUILD) --no-restore

run: program ## Train the embedded default (pipeline.json)
	@CPPO_MAKE_TARGET=run $(APP) pipeline.json $(SET)

questions: program ## Make all questions in data/ anew (the same every time)
	@$(APP) questions
	@$(APP) questions --task words
	@$(APP) questions --task algebra

# Supervised, in two parts: schooling in calculating (for algebra in two goes), then the habits that leave about half of the questions right.
base-model: program ## Make data/base-model from scratch (ten minutes or more)
	@$(APP) questions --examples artifacts/examples
	@$(APP) sft artifacts/examples/schooling.jsonl --output artifacts/schooled --learning-rate 1.5e-3 --system "$(SYSTEM)"
	@$(APP) sft artifacts/examples/habits.jsonl --model artifacts/schooled --output data/base-model --learning-rate 1e-3 --system "$(SYSTEM)"

base-models: base-model ## Make all base models in data/ from scratch (half an hour or more)
	@$(APP) questions --task words --examples artifacts/words/examples
	@$(APP) sft artifacts/words/examples/schooling.jsonl --output artifacts/words/schooled --learning-rate 1.5e-3 --system "$(SYSTEM)"
	@$(APP) sft artifacts/words/examples/habits.jsonl --model artifacts/words/schooled --output data/words/base-model --learning-rate 5e-4 --system "$(SYSTEM)"
	@$(APP) questions --task algebra --examples artifacts/algebra/examples
	@head -n 64000 artifacts/algebra/examples/schooling.jsonl > artifacts/algebra/examples/schooling-1.jsonl
	@tail -n +64001 artifacts/algebra/examples/schooling.jsonl > artifacts/algebra/examples/schooling-2.jsonl
	@$(APP) sft artifacts/algebra/examples/schooling-1.jsonl --output artifacts/algebra/schooled-1 --vocabulary 400 --learning-rate 1.5e-3 --system "$(BOXED)"
	@$(APP) sft artifacts/algebra/examples/schooling-2.jsonl --model artifacts/algebra/schooled-1 --output artifacts/algebra/schooled --learning-rate 1e-3 --system "$(BOXED)"
	@$(APP) sft artifacts/algebra/examples/habits.jsonl --model artifacts/algebra/schooled --output data/algebra/base-model --learning-rate 5e-4 --system "$(BOXED)"

# Two updates over real GSM8K questions, which `get gsm8k Qwen/Qwen2.5-1.5B-Instruct --no-weights` fetches; or GSM8K=FILE.jsonl TOKENIZER=DIR.
gsm8k-smoke: program ## Two updates over GSM8K's questions with Qwen2.5's tokenizer
	@$(APP) recipes/gsm8k-smoke.json --set data.train.path=$(GSM8K) --set model.tokenizerPath=$(TOKENIZER)

schema: program ## Write pipeline.schema.json, docs/configuration.md and the tables of docs/coming-from-trl.md anew
	@mkdir -p artifacts
	@$(APP) config --schema > artifacts/schema.tmp && mv artifacts/schema.tmp pipeline.schema.json
	@$(APP) sweep --schema > artifacts/sweep.tmp && mv artifacts/sweep.tmp sweep.schema.json
	@$(APP) config --docs > artifacts/docs.tmp && mv artifacts/docs.tmp docs/configuration.md
	@$(APP) config --foreign --document docs/coming-from-trl.md >/dev/null

# The variable CppoTorch counts for nothing here: who uses the packages chooses a libtorch. ARGS='-p:PackVersion=0.2.0-beta.1' gives another version.
pack: sdk ## Pack the libraries and the tool into artifacts/packages (docs/packages.md)
	@rm -rf artifacts/packages
	@dotnet msbuild src/Packages.proj -nologo -verbosity:quiet $(ARGS)
	@ls -1 artifacts/packages

api: sdk ## Write docs/api anew, the public API of each package that a test compares with
	@dotnet build tests/Packages.Tests/Packages.Tests.csproj --nologo -v quiet
	@dotnet tests/Packages.Tests/bin/Debug/net10.0/Packages.Tests.dll

# ARGS are flags of `bench`: ARGS='--config bench/medium.json --questions 4 --repeat 1'.
bench: program ## Rollouts and updates in tokens per second; BASELINE=torch_baseline.py compares
	@bash bench/compare.sh "$(BASELINE)" $(ARGS)

bench-parts: program ## Whole steps of pipeline.json (GRPO against CPPO), rewards, tokenizer and Parquet
	@$(APP) bench step pipeline.json --set update.maxStaleness=0
	@$(APP) bench reward
	@$(APP) bench tokenize data/base-model data/train.csv
	@$(APP) bench parquet

bench-linear: program ## How time and memory grow with twice the questions and twice the length
	@$(APP) bench growth --config bench/small.json --repeat 9 $(ARGS)

# ARGS are options of bench/Peers: ARGS='--sizes 27m --rows 16 --rounds 5 --json peers.json'. CppoTorch=cpu lets the engine on TorchSharp run, too.
bench-peers: sdk ## Rollouts against llama.cpp's and PyTorch's, in turns; BASELINE=torch_baseline.py for the latter
	@dotnet build bench/Peers/Peers.csproj --nologo -v quiet
	@dotnet run --no-build --project bench/Peers/Peers.csproj -- $(if $(BASELINE),--baseline "$(BASELINE)") $(ARGS)

view-bench: program ## How fast view answers about a run of 100,000 groups, which is made in artifacts/view-run where it is not there
	@[ -e artifacts/view-run/config.json ] || $(APP) bench view artifacts/view-run --make
	@$(APP) bench view artifacts/view-run $(ARGS)

# RUN is one without sinks, which is made where it is not there; ARGS are options of `bench sinks`.
bench-sinks: program ## What every sink, on and dead, takes of the processor beside a run's updates: at most 2 %
	@bash bench/sinks.sh $(RUN) $(ARGS)

view-cost: program ## What view takes of the processor beside a run: unasked, with a page open, with a query a second
	@bash bench/view.sh $(SET)

# MPIRUN names the launcher and its options; ARGS are options of `bench collective`: ARGS='--kilobytes 1000000 --repeat 5'.
MPIRUN ?= mpirun --bind-to none -n 2
bench-collective: program ## The ordered sum over two ranks beside a copy and MPI_Allreduce; MPIRUN='mpirun.mpich -n 4' chooses others
	@$(MPIRUN) dotnet bin/Debug/net10.0/Cppo.Pipeline.dll bench collective $(ARGS)

# MPIRUN (mpirun --bind-to none), ROUNDS (3) and UPDATES (9) of bench/ranks.sh are taken from the environment.
bench-ranks: program ## Two ranks of one thread against one process of two, in turns: the time of a step, how it divides, memory
	@bash bench/ranks.sh $(SET)

# GSM8K=FILE.jsonl TOKENIZER=DIR, RANKS ("1 2 4") and MPIRUN are taken from the environment or the command line.
rank-memory: program ## What a rank holds of Qwen2.5-0.5B's shape with update.shardOptimizer, beside what is planned
	@GSM8K="$(GSM8K)" TOKENIZER="$(TOKENIZER)" bash bench/rank-memory.sh $(SET)

overlap-bench: program ## Rollouts beside the update against alternation: time of a step, accuracy of three seeds
	@bash bench/overlap.sh $(SET)

accuracy: program ## Train the default as GRPO and as CPPO with three seeds; prints accuracies with intervals
	@bash bench/accuracy.sh $(SET)

# The paper's tables and figures (docs/reproduction.md). QUICK=1 takes one seed; SCALE=paper takes Qwen2.5 and the paper's settings on GPUs,
# after a check of devices, memory, model and data. Cells are shared and kept in runs/cells: what was interrupted goes on.
SWEEP = $(APP) sweep $(if $(filter paper,$(SCALE)),--cells runs/paper-cells) $(if $(QUICK),--seeds 1) $(ARGS)
SWEEPS = recipes/tables/$(if $(filter paper,$(SCALE)),paper/)

$(TABLES): program
	@$(SWEEP) $(SWEEPS)$@.json

contribution: program ## Each completion's gradient against its advantage, on the task words (the paper's section 3.2)
	@$(APP) contribution recipes/words.json --updates 8 --set update.passes=4 --output runs/contribution $(ARGS)

# At SCALE=paper the page stays as it is: its words are about the small scale.
ifeq ($(SCALE),paper)
reproduce: program
	@$(SWEEP) $(patsubst %,$(SWEEPS)%.json,$(filter-out overlap rates,$(TABLES)))
else
reproduce: program ## All tables and figures of the paper at small scale, into docs/reproduction.md (an hour or more)
	@$(SWEEP) $(TABLES:%=$(SWEEPS)%.json) --document docs/reproduction.md
	@$(APP) contribution recipes/words.json --updates 8 --set update.passes=4 --output runs/contribution --document docs/reproduction.md
endif

soak: program ## 10,000 updates of the smallest model; memory, threads and open files every 1,000 must stay level
	@bash bench/soak.sh $(SET)

# GSM8K=FILE.jsonl and TOKENIZER=DIR as above; some minutes on two cores.
memory: program ## Plan and peak of memory on the shape of Qwen2.5-0.5B, in several configurations
	@GSM8K=$(GSM8K) TOKENIZER=$(TOKENIZER) bash bench/memory.sh $(SET)

real-size: program ## Two updates of the CPU recipe at its size with random weights; killed, continued and compared to the last bit
	@GSM8K=$(GSM8K) TOKENIZER=$(TOKENIZER) bash bench/real-size.sh $(SET)

# Each recipe and the shape that stands for its model.
PLANS = gsm8k-qwen2.5-0.5b-cpu:0.5b gsm8k-qwen2.5-0.5b:0.5b gsm8k-qwen2.5-1.5b-lora:1.5b gsm8k-qwen2.5-1.5b:1.5b math-qwen2.5-7b:7b
memory-docs: program ## Write the plans of the recipes in docs/memory.md anew
	@for plan in $(PLANS); do \
		$(APP) config recipes/$${plan%:*}.json --explain --prompt-tokens 320 --set model.threads=2 \
			--set model.path=recipes/shapes/qwen2.5-$${plan##*:} --document docs/memory.md >/dev/null || exit 1; \
	done

# ARGS: '--list' prints the injections, '--only ID' repeats one, '--seed N' draws others (docs/reliability.md).
chaos: sdk ## Kill, damage, starve and fail runs in hundreds of ways; counts what was lost or doubled
	@dotnet build tests/Chaos/Chaos.csproj --nologo -v quiet
	@dotnet run --no-build --project tests/Chaos/Chaos.csproj -- $(ARGS)

ranks: build ## The tests of ranks: 2 to 4 under both launchers, on two hosts, late, killed at exact places, cut off, and resumed
	@CPPO_MPI_TESTS=required CPPO_RANKS=all dotnet test tests/Pipeline.Tests --no-build --nologo --filter "FullyQualifiedName~Mpi|FullyQualifiedName~Rank"

test: build ## Run every test; those of a CUDA device are skipped where there is none
	@bash tests/run.sh

first-hour: sdk ## Follow docs/first-hour.md in a fresh clone, table1 with one seed among it; prints what each part took
	@bash tests/first-hour.sh

stress: build ## A million tensor calls of the torch engine while the garbage collector runs without pause: the same bits
	@CPPO_STRESS_CALLS=1000000 dotnet test tests/Model.Tests --no-build --nologo --filter FullyQualifiedName~CollectionStress

# What fails is written to tests/corpus, which `make test` replays. ARGS='--reader parquet --inputs 1000000 --seed 2'.
fuzz: setup ## 100,000 damaged inputs for each reader of foreign files; ARGS chooses readers, number and seed
	@dotnet build tests/Fuzz/Fuzz.csproj --nologo -v quiet --no-restore
	@dotnet run --no-build --project tests/Fuzz/Fuzz.csproj -- $(ARGS)

# A .NET user needs no Node: the bundle lies in web/dist and is embedded in the program.
web: ## Make the page of view and of reports anew into web/dist (needs Node 18 or later)
	@bash web/make.sh

web-check: ## Make the page anew and fail where it is not what lies in web/dist
	@bash web/make.sh --check

setup-ci: ## Install Chromium, Node, Open MPI, MPICH and iproute2 where they are missing (as root on Debian), for tests and the bundle
	@bash tests/setup-ci.sh

publish-check: sdk ## Publish for Windows, macOS and Linux; train with the one for this machine
	@bash tests/publish-check.sh

lint: build ## Check the style: names, braces and var fail the build; formatting, columns and lengths fail here
	dotnet csharpier check .
	dotnet fantomas --check src tests
	bash tests/lint-lines.sh

format: setup ## Format C# and F#
	dotnet format style Cppo.Pipeline.sln --no-restore
	dotnet csharpier format .
	dotnet fantomas src tests

clean: ## Remove build outputs; runs and data stay
	rm -rf bin obj src/*/bin src/*/obj tests/*/bin tests/*/obj bench/*/bin bench/*/obj examples/*/bin examples/*/obj artifacts web/node_modules
