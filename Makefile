# An alias of ./run, for those whose fingers type make.
.PHONY: demo test check bench docs
demo test check bench docs:
	@./run $@ $(ARGS)
